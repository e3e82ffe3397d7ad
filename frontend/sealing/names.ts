// File names from a stranger, made safe to show and to write.
//
// Source: docs/envelope.md, "Names".

export const MAX_COMPONENT_BYTES = 255;
export const FALLBACK = "file";

// Control characters, line and paragraph separators, bidi controls, lone surrogates, and the backslash.
const DROPPED =
  /[\0-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ud800-\udfff\\]/gu;

const encoder = new TextEncoder();

/**
 * A relative path that cannot leave its folder, name its parent, or show another ending than it has.
 *
 * Folders keep their `/`; every component is at most 255 bytes of UTF-8; never empty ("file").
 * Applying it twice changes nothing. It does not make two equal names different.
 */
export function safeName(name: string): string {
  const components = name.replace(DROPPED, "").split("/").map(capped);
  // Dots and blanks only: `.`, `..`, nothing, and `.. ` which Windows reads as `..`.
  return components.filter((component) => /[^. ]/.test(component)).join("/") || FALLBACK;
}

/** At most 255 bytes, cut between characters. */
function capped(component: string): string {
  const { read } = encoder.encodeInto(component, new Uint8Array(MAX_COMPONENT_BYTES));
  return component.slice(0, read);
}
