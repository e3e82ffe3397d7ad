// Where opened bytes go: the memory, this site's own folder on the device, or a file that a person picked.

import type { Sink } from "../messages.ts";
import type { Bytes } from "../sealing/bytes.ts";
import { contentSize, type Metadata } from "../sealing/envelope.ts";
import { Place } from "./folder.ts";
import { MEMORY_BYTES } from "./room.ts";
import { Trouble } from "./trouble.ts";
import { Cut, zipped } from "./zip.ts";

const BLOB_BYTES = 16 * 1024 ** 2;

/** Takes the plaintext as it is verified. */
export interface Keeper {
  /** Bytes that are here from before a reload. */
  readonly heldBytes: number;
  /** Where a person has the content already. */
  readonly savedAs: string | null;
  /**
   * Keeps the first *from* bytes of what it holds, and then *plain* to its end.
   *
   * Returns the plaintext, where files can be cut from; null if it was written as something else.
   */
  keep(plain: AsyncIterable<Bytes>, from: number): Promise<Blob | null>;
  /** Forgets everything it holds. */
  drop(): Promise<void>;
}

export async function keeperFor(sink: Sink, id: string, metadata: Metadata, signal: AbortSignal): Promise<Keeper> {
  if (sink.to === "file") return new FileKeeper(sink.handle, metadata);
  if (sink.to === "memory") return new MemoryKeeper();
  try {
    const place = await Place.take(id, signal);
    return new FolderKeeper(place, await place.sureBytes());
  } catch {
    signal.throwIfAborted();
    // The share is claimed: better in memory than not at all, as long as that does not end the page.
    if (contentSize(metadata) > MEMORY_BYTES) throw new Trouble("no_room", "This device has no room for it.");
    return new MemoryKeeper();
  }
}

/** In pieces that the browser may move out of this worker, and to disk. */
class MemoryKeeper implements Keeper {
  readonly heldBytes = 0;
  readonly savedAs = null;

  async keep(plain: AsyncIterable<Bytes>): Promise<Blob> {
    return inMemory(plain);
  }

  async drop(): Promise<void> {}
}

class FolderKeeper implements Keeper {
  readonly savedAs = null;

  constructor(
    private readonly place: Place,
    readonly heldBytes: number,
  ) {}

  async keep(plain: AsyncIterable<Bytes>, from: number): Promise<Blob> {
    const whole = await this.place.write("", plain, from);
    await this.place.file(".whole");
    return whole;
  }

  drop(): Promise<void> {
    return this.place.clear();
  }
}

/** The browser shows the picked file only when all of it is written and verified. */
class FileKeeper implements Keeper {
  readonly heldBytes = 0;

  constructor(
    private readonly handle: FileSystemFileHandle,
    private readonly metadata: Metadata,
  ) {}

  get savedAs(): string {
    return this.handle.name;
  }

  async keep(plain: AsyncIterable<Bytes>): Promise<Blob | null> {
    const isOne = this.metadata.files.length === 1;
    const bytes = isOne ? onlyContent(plain, contentSize(this.metadata)) : zipped(this.metadata, plain);
    const file = await this.handle.createWritable();
    try {
      for await (const piece of bytes) await file.write(piece);
    } catch (error) {
      await file.abort();
      throw error;
    }
    await file.close();
    return isOne ? this.handle.getFile() : null;
  }

  async drop(): Promise<void> {}
}

export async function inMemory(pieces: AsyncIterable<Bytes>): Promise<Blob> {
  const blobs: Blob[] = [];
  let gathered: Bytes[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    gathered.push(piece);
    bytes += piece.length;
    if (bytes < BLOB_BYTES) continue;
    blobs.push(new Blob(gathered));
    gathered = [];
    bytes = 0;
  }
  return new Blob([...blobs, ...gathered]);
}

async function* onlyContent(plain: AsyncIterable<Bytes>, size: number): AsyncGenerator<Bytes> {
  const cut = new Cut(plain);
  yield* cut.take(size);
  await cut.finish();
}
