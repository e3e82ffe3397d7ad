// Where this browser can keep an opened share of some size: asked by a page before it claims.

import type { Sink } from "../messages.ts";

const MIB = 1024 ** 2;
const SMALL_BYTES = 64 * MIB;
/** More of it in memory ends in a crashed page. */
export const MEMORY_BYTES = 256 * MIB;
const SPARE = 1.05;
const SPARE_BYTES = 64 * MIB;

export type Room = { to: Sink["to"] } | { to: "nowhere"; maxBytes: number };

/** For "file" the page asks a person where, before the claim. The order is deliberate: names are not known
 * before the claim, and a reload forgets a picked file, so a picked file comes after the folder. */
export async function canHold(blobBytes: number): Promise<Room> {
  if (blobBytes <= SMALL_BYTES) return { to: "memory" };
  const folderBytes = await roomInFolder();
  if (blobBytes <= folderBytes) return { to: "opfs" };
  if ("showSaveFilePicker" in globalThis) return { to: "file" };
  if (blobBytes <= MEMORY_BYTES) return { to: "memory" };
  return { to: "nowhere", maxBytes: Math.max(folderBytes, MEMORY_BYTES) };
}

async function roomInFolder(): Promise<number> {
  try {
    await navigator.storage.getDirectory(); // refused in some private windows
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    return Math.max(0, Math.floor((quota - usage - SPARE_BYTES) / SPARE));
  } catch {
    return 0;
  }
}
