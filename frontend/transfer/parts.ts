// A blob cut into parts, several of them on their way at once, each kept until the server has it.

import type { Bytes } from "../sealing/bytes.ts";

const AT_ONCE = 3;

/** Buffers of one length, used again: touching fresh megabytes all the time costs memory and time. */
export class Buffers {
  private readonly free: Bytes[] = [];

  /** Raises RangeError: pieces without a byte would be made for ever. */
  constructor(private readonly bytes: number) {
    if (!(bytes >= 1)) throw new RangeError();
  }

  take(): Bytes {
    return this.free.pop() ?? new Uint8Array(this.bytes);
  }

  give(buffer: Bytes): void {
    this.free.push(buffer);
  }
}

/** Yields *pieces* again as full buffers; the last one is cut to what is left. */
export async function* inParts(
  pieces: AsyncIterable<Bytes>,
  buffers: Buffers,
): AsyncGenerator<Bytes> {
  let part = buffers.take();
  let filled = 0;
  for await (let piece of pieces) {
    while (piece.length) {
      if (filled === part.length) {
        yield part;
        part = buffers.take();
        filled = 0;
      }
      const fits = piece.subarray(0, part.length - filled);
      part.set(fits, filled);
      filled += fits.length;
      piece = piece.subarray(fits.length);
    }
  }
  yield part.subarray(0, filled);
}

/** Sends each part as soon as it is made and one of the few places is free. Whatever fails first ends it. */
export async function sendAll<Part>(
  parts: AsyncIterable<Part>,
  send: (n: number, part: Part) => Promise<void>,
): Promise<void> {
  const flying = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let n = 0;
  for await (const part of parts) {
    while (flying.size >= AT_ONCE) await Promise.race(flying);
    if (failures.length) break;
    const flight: Promise<void> = send(n++, part)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => flying.delete(flight));
    flying.add(flight);
  }
  while (flying.size && !failures.length) await Promise.race(flying);
  if (failures.length) throw failures[0];
}
