// The sealed bytes on their way in: one answer as long as the line holds, then the next from where it broke.

import * as api from "../api.ts";
import type { Bytes } from "../sealing/bytes.ts";
import { type Line, passes } from "./line.ts";

/** Yields bytes *start* to *stop* of the blob, in pieces as they come. Raises ApiRefusal. */
export async function* download(
  id: string,
  range: { start: number; stop: number },
  leaseSecret: Bytes,
  line: Line,
): AsyncGenerator<Bytes> {
  let at = range.start;
  for (let tries = 0; at < range.stop; ) {
    try {
      const ask = { token: leaseSecret, signal: line.signal };
      for await (const piece of read(await api.fetchBlob(id, { start: at, stop: range.stop }, ask), line.signal)) {
        const wanted = piece.subarray(0, range.stop - at);
        at += wanted.length;
        tries = 0;
        line.moves();
        yield wanted;
        if (at === range.stop) return;
      }
      if (at < range.stop) throw new api.Offline();
    } catch (error) {
      if (!passes(error)) throw error;
      await line.pause(tries++, error);
    }
  }
}

/** Ends early when nothing comes for a minute: to the caller that looks like any broken line. */
async function* read(body: ReadableStream<Bytes>, signal: AbortSignal): AsyncGenerator<Bytes> {
  const reader = body.getReader();
  const cut = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", cut);
  try {
    for (;;) {
      signal.throwIfAborted();
      const still = setTimeout(cut, api.STILL_MS);
      const { done, value } = await reader
        .read()
        .catch(() => ({ done: true as const, value: undefined }))
        .finally(() => clearTimeout(still));
      signal.throwIfAborted();
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", cut);
    cut();
  }
}
