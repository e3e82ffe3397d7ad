// Cuts a stream into pieces of one size, always holding back the last one, full or not: only what comes
// after a piece, or the stream's end, tells whether it was the last.

import type { Bytes } from "./bytes.ts";

export class HoldBack {
  #held: Bytes;
  #count = 0;

  constructor(readonly size: number) {
    this.#held = new Uint8Array(size);
  }

  /** The full pieces that are certainly not the last; copies only what it holds back. */
  feed(data: Bytes): Bytes[] {
    const missing = this.size - this.#count;
    if (data.length <= missing) {
      this.#hold(data);
      return [];
    }
    const pieces: Bytes[] = [];
    let at = 0;
    if (this.#count) {
      this.#hold(data.subarray(0, missing));
      pieces.push(this.#held);
      at = missing;
      // The full one is in the cipher's hands now.
      this.#held = new Uint8Array(this.size);
      this.#count = 0;
    }
    for (; data.length - at > this.size; at += this.size) pieces.push(data.subarray(at, at + this.size));
    this.#hold(data.subarray(at));
    return pieces;
  }

  /** What is held back. */
  rest(): Bytes {
    return this.#held.subarray(0, this.#count);
  }

  #hold(data: Bytes): void {
    this.#held.set(data, this.#count);
    this.#count += data.length;
  }
}
