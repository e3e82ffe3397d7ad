// Stub links kept in this browser, only for who asked for it; never a share's own link.

import { ours } from "../base.ts";

const KEY = "stubs";
/** A stub can be asked this long after its share ended. */
const ASKED_DAYS = 30;

export interface Stub {
  link: string;
  leftAt: string;
  expiresAt: string;
}

/** Newest first; those that nobody could ask any more are dropped. */
export function remembered(): Stub[] {
  const oldest = Date.now() - ASKED_DAYS * 86_400_000;
  try {
    const stubs = JSON.parse(localStorage.getItem(KEY) ?? "[]") as Stub[];
    return stubs.filter(({ link, expiresAt }) => isStub(link) && new Date(expiresAt).getTime() > oldest);
  } catch {
    return []; // storage is refused, or holds something else
  }
}

export function isRemembering(): boolean {
  return remembered().length > 0;
}

/** False where this browser keeps nothing. */
export function remember(stub: Stub): boolean {
  return keep([stub, ...remembered().filter(({ link }) => link !== stub.link)]);
}

export function forget(link: string): void {
  keep(remembered().filter((stub) => stub.link !== link));
}

export function forgetAll(): void {
  keep([]);
}

function keep(stubs: Stub[]): boolean {
  try {
    if (stubs.length) localStorage.setItem(KEY, JSON.stringify(stubs));
    else localStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}

/** What is opened from the list leads to a stub of this site, whatever was written there. */
function isStub(link: string): boolean {
  try {
    const { origin, pathname } = new URL(link);
    return origin === location.origin && pathname.startsWith(ours("/m/"));
  } catch {
    return false;
  }
}
