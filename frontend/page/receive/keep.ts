// What lets a download go on after a reload: in this tab's sessionStorage, useless without the link, gone at the end.

import type { Half, Sink } from "../../messages.ts";

export interface Kept {
  leaseSecret: string;
  half: Half | null;
  /** Where its bytes go: what lies there already is found there alone. */
  to: Sink["to"];
  /** Others could open it as well, when this page did. */
  hasMore: boolean;
  /** It was here whole, and only the server's answer to that is missing. */
  isOpened?: boolean;
  /** It was taken to be destroyed unopened. */
  destroys?: true;
}

const NAME = "opening:";
/** For this page alone, where the browser keeps nothing. */
const here = new Map<string, Kept>();

export function kept(id: string): Kept | null {
  try {
    return here.get(id) ?? (JSON.parse(sessionStorage.getItem(NAME + id) ?? "null") as Kept | null);
  } catch {
    return null;
  }
}

/** Before the claim, so that no answer of the server is ever lost with its page. False: this browser keeps
 * nothing; it opens all the same, only a reload could not go on. */
export function keep(id: string, what: Kept): boolean {
  here.set(id, what);
  const { blob: _, ...small } = what.half ?? {};
  try {
    sessionStorage.setItem(NAME + id, JSON.stringify({ ...what, half: what.half && small }));
    return true;
  } catch {
    return false;
  }
}

export function forget(id: string): void {
  here.delete(id);
  try {
    sessionStorage.removeItem(NAME + id);
  } catch {
    // Nothing was kept.
  }
}
