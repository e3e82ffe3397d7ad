// The plaintext of a share: its files one after the other, then zero bytes up to the padded size.

import type { Bytes } from "../sealing/bytes.ts";
import { Trouble } from "./trouble.ts";

const PIECE_BYTES = 1024 ** 2;

export interface Content {
  name: string;
  blob: Blob;
}

/** Yields pieces of at most 1 MiB; the next one is read while one is worked on.
 *
 * Raises Trouble: `file_unreadable`, or `file_changed` for a file that is no longer as it was chosen.
 */
export async function* plaintext(contents: Content[], paddedBytes: number): AsyncGenerator<Bytes> {
  const pieces = read(contents, paddedBytes);
  let coming = pieces.next();
  for (;;) {
    const { done, value } = await coming;
    if (done) return;
    coming = pieces.next();
    coming.catch(() => {}); // thrown when it is asked for
    yield value;
  }
}

async function* read(contents: Content[], paddedBytes: number): AsyncGenerator<Bytes> {
  let missing = paddedBytes;
  for (const { name, blob } of contents) {
    for (let at = 0; at < blob.size; at += PIECE_BYTES) {
      const piece = await slice(name, blob, at);
      missing -= piece.length;
      yield piece;
    }
  }
  for (; missing > 0; missing -= PIECE_BYTES) yield new Uint8Array(Math.min(missing, PIECE_BYTES));
}

async function slice(name: string, blob: Blob, at: number): Promise<Bytes> {
  const wanted = Math.min(PIECE_BYTES, blob.size - at);
  let bytes: ArrayBuffer;
  try {
    bytes = await blob.slice(at, at + wanted).arrayBuffer();
  } catch {
    // Browsers have one error for "changed since it was chosen" and for "may not be read"; what could
    // be read a moment ago has changed.
    throw at > 0 ? changed(name) : new Trouble("file_unreadable", "A file cannot be read.", { name });
  }
  if (bytes.byteLength !== wanted) throw changed(name);
  return new Uint8Array(bytes);
}

function changed(name: string): Trouble {
  return new Trouble("file_changed", "A file changed while it was being sealed.", { name });
}
