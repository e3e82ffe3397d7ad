// The page under a share's link.

import { followAddress, readHere } from "../page/address.ts";
import { spoken } from "../page/page.ts";
import { showPaste } from "../page/paste.ts";
import { Receiving } from "../page/receive/flow.ts";
import { leftBefore, showLeft } from "../page/receive/left.ts";
import { insecureNote, isSecure } from "../page/secure.ts";
import { leaveServed, servedForm } from "../page/state.ts";
import { say } from "../words.ts";

async function begin(): Promise<void> {
  await spoken;
  const form = servedForm();
  if (!isSecure()) return leaveServed(insecureNote());
  const left = leftBefore();
  if (left) return showLeft(left);
  const address = readHere("share");
  if (address === "newer") {
    const sentence = say("Reload the page. If that does not help, the server needs an update. Nothing has been opened.");
    return showPaste(form, say("This link is newer than this page"), sentence);
  }
  if (address === "cut") {
    const sentence = say("The part after the # is missing or cut. Some mail programs do that. Nothing has been opened. Paste the whole link:");
    return showPaste(form, say("The link is cut"), sentence);
  }
  await new Receiving(address.link, form).look();
}

followAddress("share");
void begin();
