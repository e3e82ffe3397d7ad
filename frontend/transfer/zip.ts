// Several files, and the note beside them, as one zip that is written as it is read. Stored, not deflated.

import { makeZip, predictLength } from "client-zip";

import type { Bytes } from "../sealing/bytes.ts";
import type { Metadata } from "../sealing/envelope.ts";
import { namesIn, uniqueNames } from "./contents.ts";

const NOTE = "note.txt";

/** The zip of a plaintext stream, read to its verified end before the zip's own end is written. */
export async function* zipped(metadata: Metadata, plain: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  // Safari has no streams to walk through, and Chrome only since 124.
  const reader = (makeZip(members(metadata, new Cut(plain))) as ReadableStream<Bytes>).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    void reader.cancel().catch(() => {});
  }
}

/** How long that zip is. */
export function zippedBytes(metadata: Metadata): number {
  const sizes = metadata.files.map(({ size }) => size);
  const names = zippedNames(metadata);
  const note = metadata.note ? [{ name: names.at(-1), size: utf8(metadata.note).length }] : [];
  return Number(predictLength([...note, ...sizes.map((size, n) => ({ name: names[n], size }))]));
}

async function* members(metadata: Metadata, plain: Cut) {
  const names = zippedNames(metadata);
  if (metadata.note) yield { name: names.at(-1), input: utf8(metadata.note) };
  for (const [n, { size }] of metadata.files.entries()) yield { name: names[n], input: plain.take(size), size };
  await plain.finish();
}

/** The note's is the last. A colon would name a drive, or a stream beside a file, where a zip is unpacked. */
function zippedNames(metadata: Metadata): string[] {
  return uniqueNames([...namesIn(metadata), NOTE].map((name) => name.replaceAll(":", "_")));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Takes so many bytes at a time off a stream. */
export class Cut {
  private readonly plain: AsyncIterator<Bytes>;
  private rest: Bytes = new Uint8Array();

  constructor(plain: AsyncIterable<Bytes>) {
    this.plain = plain[Symbol.asyncIterator]();
  }

  async *take(size: number): AsyncGenerator<Bytes> {
    for (let missing = size; missing > 0; ) {
      if (!this.rest.length) {
        const { done, value } = await this.plain.next();
        if (done) return;
        this.rest = value;
      }
      const piece = this.rest.subarray(0, missing);
      this.rest = this.rest.subarray(piece.length);
      missing -= piece.length;
      yield piece;
    }
  }

  /** Reads on to the end: only there the stream is known to be whole. */
  async finish(): Promise<void> {
    while (!(await this.plain.next()).done);
  }
}
