// The sealed bytes on their way in: one answer as long as the line holds, then the next from where it broke.

import * as api from "../api.ts";
import type { Bytes } from "../sealing/bytes.ts";
import { fetchPast, NoWay, type RangeLeave } from "../store.ts";
import { STILL_MS } from "../upload.ts";
import type { Direct } from "./direct.ts";
import { type Line, passes } from "./line.ts";

/** Yields bytes *start* to *stop* of the blob, in pieces as they come. Raises ApiRefusal. */
export async function* download(
  id: string,
  range: { start: number; stop: number },
  leaseSecret: Bytes,
  line: Line,
  direct: Direct,
): AsyncGenerator<Bytes> {
  let at = range.start;
  const ask = { token: leaseSecret, signal: line.signal };
  for (let tries = 0; at < range.stop; ) {
    try {
      const rest = { start: at, stop: range.stop };
      const leave = await direct.leave(() => api.signRange(id, rest, ask));
      const answer = leave ? past(leave, direct, line) : read(await api.fetchBlob(id, rest, ask), line.signal);
      for await (const piece of answer) {
        const wanted = piece.subarray(0, range.stop - at);
        at += wanted.length;
        tries = 0;
        line.moves();
        yield wanted;
        if (at === range.stop) return;
      }
      const isGivenUp = leave && !direct.isOpen;
      if (at < Math.min(range.stop, leave?.stop ?? range.stop) && !isGivenUp) throw new api.Offline();
    } catch (error) {
      if (!passes(error)) throw error;
      await line.pause(tries++, error);
    }
  }
}

/** The bytes that *leave* is for, as they come from the store; fewer when its line breaks. */
async function* past(leave: RangeLeave, direct: Direct, line: Line): AsyncGenerator<Bytes> {
  const beganAt = performance.now();
  let left = leave.stop - leave.start;
  try {
    for await (const piece of read(await fetchPast(leave, line.signal), line.signal)) {
      direct.moves();
      const wanted = piece.subarray(0, left);
      left -= wanted.length;
      yield wanted;
      if (!left) break;
    }
    direct.ended(beganAt, !left);
  } catch (error) {
    if (!(error instanceof NoWay)) throw error;
    direct.ended(beganAt, false, error.isWall);
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
      const still = setTimeout(cut, STILL_MS);
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
