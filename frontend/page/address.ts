// The link in the address bar: its secret is read from there once, and then known to the page alone.

import { LinkTooNew } from "../sealing/errors.ts";
import { type Kind, type Link, parse } from "../sealing/links.ts";

/** `cut`: no secret, or part of one. `newer`: of a version this page does not know. */
export type Address = { link: Link } | "cut" | "newer";

/** Where a pasted link leads: to its page here, to another site, or, being cut, to nowhere. */
export type Lead = { here: string } | { elsewhere: string } | "cut";

/** What a mail program or a sentence left behind the link. */
const LEFT_BEHIND = /[^A-Za-z0-9]+$/;
/** No link is so long; a whole letter may be pasted. */
const LONGEST = 2048;

function cleaned(text: string): string {
  return text.trim().slice(0, LONGEST).replace(LEFT_BEHIND, "");
}

export function read(text: string, kind: Kind): Address {
  try {
    const link = parse(cleaned(text));
    return link.kind === kind ? { link } : "cut";
  } catch (error) {
    return error instanceof LinkTooNew ? "newer" : "cut";
  }
}

export function readHere(kind: Kind): Address {
  return read(location.origin + location.pathname + location.hash, kind);
}

/** Another link for the same page, pasted over this one, is looked at; whatever else comes into the address
 * changes nothing: what the page shows may be the only copy. */
export function followAddress(kind: Kind): void {
  addEventListener("hashchange", () => {
    if (typeof readHere(kind) === "object") location.reload();
  });
}

/** Of a link of either kind, also of one that is too new; *here*: this site's origin. */
export function lead(text: string, here: string): Lead {
  let url = cleaned(text);
  try {
    url = parse(url).url;
  } catch (error) {
    if (!(error instanceof LinkTooNew)) return "cut";
  }
  return new URL(url).origin === here ? { here: url } : { elsewhere: url };
}

export function follow(url: string): void {
  if (url === location.href) location.reload();
  else location.assign(url);
}
