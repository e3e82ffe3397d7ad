// A share link or manage link, and its parts: where, which, and the secret after the `#`.
//
// Source: docs/envelope.md, "Links".

import type { Bytes } from "./bytes.ts";
import { decode, encode } from "./encoding.ts";
import { EncodingInvalid, LinkInvalid, LinkTooNew } from "./errors.ts";
import { ID_BYTES, SECRET_BYTES } from "./keys.ts";

export { decode, encode };

export const VERSION = "1";

export type Kind = "share" | "manage";

const MAX_LENGTH = 2048;
const BLANKS = " \t\n\r\v\f";
const LINK = new RegExp(
  "^(?<site>[Hh][Tt][Tt][Pp][Ss]?://(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?)" +
    "(?<prefix>(?:/[A-Za-z0-9._~%!$&'()*+,;=:@-]+)*)" +
    "/(?<letter>[sm])/(?<id>[A-Za-z2-7]{16})" +
    "#(?<version>[1-9])(?<secret>[A-Za-z0-9]*)$",
);

export class Link {
  /** origin: scheme, host, port and, for a site below a path, that path; without a final slash. */
  constructor(
    readonly origin: string,
    readonly kind: Kind,
    readonly shareId: Bytes,
    readonly secret: Bytes,
  ) {}

  /** The whole link. Whoever reads it can open the share: it belongs in no log. */
  get url(): string {
    const letter = this.kind === "share" ? "s" : "m";
    return `${this.origin}/${letter}/${encode(this.shareId)}#${VERSION}${encode(this.secret)}`;
  }
}

/**
 * The parts of a link that a person pasted: blanks around it and upper-case base32 are fine.
 *
 * Throws LinkInvalid, and LinkTooNew for a version this code does not know.
 */
export function parse(text: string): Link {
  const stripped = strip(text);
  const found = stripped.length <= MAX_LENGTH ? LINK.exec(stripped)?.groups : undefined;
  if (!found || found["prefix"]!.split("/").some((part) => part === "." || part === "..")) {
    throw new LinkInvalid("not a whole link");
  }
  if (found["version"] !== VERSION) throw new LinkTooNew("the link needs a newer version");
  const origin = found["site"]!.toLowerCase() + found["prefix"]!;
  try {
    const [shareId, secret] = [decode(found["id"]!, ID_BYTES), decode(found["secret"]!, SECRET_BYTES)];
    return new Link(origin, found["letter"] === "s" ? "share" : "manage", shareId, secret);
  } catch (error) {
    if (error instanceof EncodingInvalid) throw new LinkInvalid("not a whole link");
    throw error;
  }
}

/** Not `trim`, which also takes blanks that no link's writer puts there. */
function strip(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && BLANKS.includes(text[start]!)) start++;
  while (start < end && BLANKS.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}
