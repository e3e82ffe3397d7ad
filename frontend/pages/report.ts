// The page that tells moderators of a share: the link is proven by its token, and never sent.

import { read } from "../page/address.ts";
import { make } from "../page/dom.ts";
import { isSecure } from "../page/secure.ts";
import { servedForm } from "../page/state.ts";
import { b64, unb64 } from "../sealing/encoding.ts";
import { linkToken } from "../sealing/keys.ts";

const TOKEN_BYTES = 32;

/** From the address: the receive page gives the token, a person who changes the link's path its secret. */
async function tokenHere(): Promise<string | null> {
  const said = location.hash.slice(1);
  try {
    unb64(said, TOKEN_BYTES);
    return said;
  } catch {
    const found = read(`${location.origin}/s/${location.pathname.slice(-16)}${location.hash}`, "share");
    if (typeof found !== "object" || !isSecure()) return null;
    return b64(await linkToken(found.link.secret, found.link.shareId));
  }
}

async function begin(): Promise<void> {
  const form = servedForm();
  const pasted = form.querySelector("[data-pasted]");
  const token = await tokenHere();
  if (pasted && token) pasted.replaceWith(make("input", { type: "hidden", name: "token", value: token }));
}

void begin();
