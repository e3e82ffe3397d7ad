// Opened plaintext, cut back into the files it was made of.

import { NO_BYTES, type Bytes } from "./bytes.ts";
import { EnvelopeDamaged, EnvelopeTruncated, StreamEnded } from "./errors.ts";

/** A file's index, and its next bytes: a view on what was fed, not a copy. */
export type Piece = [index: number, bytes: Bytes];

/**
 * Cuts plaintext that arrives in pieces of any size at the files' borders.
 *
 * sizes: the files' sizes in bytes, in the order of the metadata. What follows their sum is padding
 * and must be zero.
 */
export class PlainSplit {
  #sizes: number[];
  #index = 0;
  #missing: number;
  #ended = false;

  constructor(sizes: Iterable<number>) {
    this.#sizes = [...sizes];
    this.#missing = this.#sizes[0] ?? 0;
  }

  /**
   * In order; an empty file appears once, with no bytes.
   *
   * Throws EnvelopeDamaged for padding that is not zero, StreamEnded.
   */
  feed(plain: Bytes): Piece[] {
    if (this.#ended) throw new StreamEnded("this splitter has finished or refused");
    const pieces: Piece[] = [];
    let at = 0;
    while (this.#index < this.#sizes.length && (at < plain.length || !this.#missing)) {
      const piece = plain.subarray(at, at + this.#missing);
      pieces.push([this.#index, piece]);
      at += piece.length;
      this.#missing -= piece.length;
      if (!this.#missing) this.#missing = this.#sizes[++this.#index] ?? 0;
    }
    for (; at < plain.length; at++) {
      if (plain[at]) {
        this.#ended = true;
        throw new EnvelopeDamaged("the padding is not zero");
      }
    }
    return pieces;
  }

  /** The empty files nobody has seen yet. Throws EnvelopeTruncated if bytes are missing, StreamEnded. */
  finish(): Piece[] {
    const pieces = this.feed(NO_BYTES);
    this.#ended = true;
    if (this.#index < this.#sizes.length) throw new EnvelopeTruncated("the plaintext ends before its files do");
    return pieces;
  }
}
