// This site's own folder on the device (OPFS), where opened bytes wait until they are saved. A name in it
// is a share's id and an ending: never a content's name, never a link.

import type { Bytes } from "../sealing/bytes.ts";

const FOLDER = "receiving";
/** As long as a lease without a request: what is older can be fetched no more. */
const ABANDONED_MS = 15 * 60_000;
/** So long a page that has the same share's place is waited for. */
const PATIENCE_MS = 5000;
/** What is written reaches the disk in such steps; the last one may not have, when a device went out. */
export const FLUSH_BYTES = 8 * 1024 ** 2;
const TRIES = 20;
const BETWEEN_TRIES_MS = 100;

/** What of a share lies here: its opened bytes, a mark that they are whole, and exports. */
export type Ending = "" | ".whole" | ".zip" | ".age";

/** Younger than the type definitions of a page. */
interface Access {
  write(bytes: Bytes, options: { at: number }): number;
  truncate(bytes: number): void;
  flush(): void;
  close(): void;
}

/** A share's place here: no other page of this browser uses it until it is left. */
export class Place {
  private static readonly open = new Map<string, Promise<Place>>();

  private constructor(
    private readonly id: string,
    private readonly name: string,
    private readonly folder: FileSystemDirectoryHandle,
    private readonly release: () => void,
  ) {}

  /** Waits while another page has it: after a reload that is the page before, for a moment. A page that keeps
   * it opened the same share as well: then what this one opens lies beside it. */
  static take(id: string, signal: AbortSignal): Promise<Place> {
    const taken = Place.open.get(id) ?? Place.found(id, signal);
    Place.open.set(id, taken);
    taken.catch(() => Place.open.delete(id));
    return taken;
  }

  private static async found(id: string, signal: AbortSignal): Promise<Place> {
    const patience = new AbortController();
    const end = () => patience.abort();
    const timer = setTimeout(end, PATIENCE_MS);
    signal.addEventListener("abort", end);
    try {
      signal.throwIfAborted();
      return await Place.locked(id, id, patience.signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!patience.signal.aborted) throw error;
      return await Place.locked(id, `${id}-${crypto.randomUUID()}`, signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
    }
  }

  private static async locked(id: string, name: string, signal: AbortSignal): Promise<Place> {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(FOLDER, { create: true });
    return new Promise((resolve, reject) => {
      const held = () => new Promise<void>((release) => resolve(new Place(id, name, folder, release)));
      navigator.locks.request(lockOf(name), { signal }, held).catch(reject);
    });
  }

  file(ending: Ending): Promise<FileSystemFileHandle> {
    return this.folder.getFileHandle(this.name + ending, { create: true });
  }

  /** So many bytes of the contents lie here for sure. */
  async sureBytes(): Promise<number> {
    return Math.max(0, (await (await this.file("")).getFile()).size - FLUSH_BYTES);
  }

  /** Writes *pieces* behind the first *from* bytes, to their end; what is written stays when they break off. */
  async write(ending: Ending, pieces: AsyncIterable<Bytes>, from = 0): Promise<File> {
    const file = await this.file(ending);
    const access = await accessTo(file);
    try {
      access.truncate(from);
      let at = from;
      let flushed = from;
      for await (const piece of pieces) {
        if (at + piece.length - flushed > FLUSH_BYTES) {
          access.flush();
          flushed = at;
        }
        if (access.write(piece, { at }) !== piece.length) throw new DOMException("", "QuotaExceededError");
        at += piece.length;
      }
      access.flush();
    } finally {
      access.close();
    }
    return file.getFile();
  }

  /** Removes everything of this share and then leaves the place to others. Raises what keeps a file here. */
  async clear(): Promise<void> {
    const removed = ["", ".whole", ".zip", ".age"].map((ending) => remove(this.folder, this.name + ending));
    const outcomes = await Promise.allSettled(removed);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    Place.open.delete(this.id);
    this.release();
  }

  /** What every open place of this worker held is removed. Raises what keeps a file here. */
  static async clearAll(): Promise<void> {
    for (const place of await Promise.allSettled(Place.open.values())) {
      if (place.status === "fulfilled") await place.value.clear();
    }
  }
}

/** Removes what no page uses any more: whole, exported, or too old to go on with. */
export async function sweep(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER).catch(() => null);
  if (!folder) return;
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  for (const name of names) {
    const id = name.replace(/\..*/, "");
    const isDone = name !== id || names.includes(`${id}.whole`);
    const sweepOne = async (lock: Lock | null) => {
      if (!lock) return;
      const { lastModified } = await (await folder.getFileHandle(name)).getFile();
      if (isDone || lastModified < Date.now() - ABANDONED_MS) await remove(folder, name);
    };
    // What another tab has removed meanwhile, or still reads, ends only its own turn.
    await navigator.locks.request(lockOf(id), { ifAvailable: true }, sweepOne).catch(() => {});
  }
}

/** Raises what keeps it here; that it is gone already is no trouble. */
async function remove(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await folder.removeEntry(name);
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "NotFoundError")) throw error;
  }
}

function lockOf(id: string): string {
  return `${FOLDER}/${id}`;
}

/** The browser may need a moment to take it from a page that was reloaded. */
async function accessTo(file: FileSystemFileHandle): Promise<Access> {
  const opened = file as FileSystemFileHandle & { createSyncAccessHandle(): Promise<Access> };
  for (let tries = 0; ; tries++) {
    try {
      return await opened.createSyncAccessHandle();
    } catch (error) {
      const isTaken = error instanceof DOMException && error.name === "NoModificationAllowedError";
      if (!isTaken || tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
    }
  }
}
