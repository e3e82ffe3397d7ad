// The page under a stub's link, whose secret stays in the address: it is the sender's own, and may be kept as a bookmark.

import { followAddress, readHere } from "../page/address.ts";
import { spoken } from "../page/page.ts";
import { showPaste } from "../page/paste.ts";
import { insecureNote, isSecure } from "../page/secure.ts";
import { leaveServed, servedForm } from "../page/state.ts";
import { Stub } from "../page/stub/flow.ts";
import { say } from "../words.ts";

async function begin(): Promise<void> {
  await spoken;
  const form = servedForm();
  if (!isSecure()) return leaveServed(insecureNote());
  const address = readHere("manage");
  if (address === "newer") {
    return showPaste(form, say("This link is newer than this page"), say("Reload the page. If that does not help, the server needs an update."));
  }
  if (address === "cut") {
    return showPaste(form, say("The link is cut"), say("The part after the # is missing or cut. Paste your stub's whole link:"));
  }
  await new Stub(address.link, form).look();
}

followAddress("manage");
void begin();
