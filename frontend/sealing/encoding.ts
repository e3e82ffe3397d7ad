// Bytes as text: lower-case base32 for links, base64url for JSON; one canonical form each.
//
// Source: RFC 4648, sections 5 and 6, without padding.

import type { Bytes } from "./bytes.ts";
import { EncodingInvalid } from "./errors.ts";

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

// How many bytes become one call's arguments: engines bound those.
const STEP_BYTES = 8192;

/** base32 in lower case, without padding: 16 characters for an id, 26 for a secret. */
export function encode(data: Uint8Array): string {
  let text = "";
  let pending = 0;
  let bits = 0;
  for (const byte of data) {
    pending = ((pending << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32[(pending >> (bits - 5)) & 31];
  }
  return bits ? text + BASE32[(pending << (5 - bits)) & 31] : text;
}

/** The *length* bytes that `encode` turns into *text*; upper case is accepted. Throws EncodingInvalid. */
export function decode(text: string, length: number): Bytes {
  if (!/^[A-Za-z2-7]*$/.test(text)) throw new EncodingInvalid("not base32");
  const lower = text.toLowerCase();
  const data = new Uint8Array(Math.floor((lower.length * 5) / 8));
  let pending = 0;
  let bits = 0;
  let at = 0;
  for (const letter of lower) {
    pending = ((pending << 5) | BASE32.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) data[at++] = pending >> (bits -= 8);
  }
  // Encoding again catches the rest: a wrong character count, and spare bits that are not zero.
  if (data.length !== length || encode(data) !== lower) {
    throw new EncodingInvalid(`not the base32 of ${length} bytes`);
  }
  return data;
}

/** base64url without padding. */
export function b64(data: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < data.length; at += STEP_BYTES) {
    binary += String.fromCharCode(...data.subarray(at, at + STEP_BYTES));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The bytes (exactly *length*, if given) that `b64` turns into *text*. Throws EncodingInvalid. */
export function unb64(text: string, length: number | null = null): Bytes {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new EncodingInvalid("not base64url");
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const data = new Uint8Array(binary.length);
  for (let at = 0; at < data.length; at++) data[at] = binary.charCodeAt(at);
  // `atob` skips spare bits; encoding again finds them.
  if (b64(data) !== text || (length !== null && data.length !== length)) {
    throw new EncodingInvalid("not canonical base64url of the expected length");
  }
  return data;
}
