// The blob: an age v1 payload, sealed and opened chunk by chunk, so memory does not grow with size.
//
// Source: STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) as in age-encryption.org/v1, "Payload";
// docs/envelope.md, "Blob".

import { aead, type Aead } from "./aead.ts";
import { concat, NO_BYTES, random, utf8, type Bytes } from "./bytes.ts";
import { EnvelopeDamaged, EnvelopeTruncated, KeyLengthError, StreamEnded, StreamTooLong } from "./errors.ts";
import { HoldBack } from "./holdback.ts";
import { checkLength, derive, FILE_KEY_BYTES } from "./keys.ts";

export const CHUNK_BYTES = 65536;
export const TAG_BYTES = 16;
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
export const NONCE_BYTES = 16;
export const MAX_CHUNKS = 2 ** 32;

// Chunks in the cipher's hands at once: enough to keep every core busy, few enough to stay small.
const GROUP_CHUNKS = 16;

/** Bytes of the blob for so many bytes of plaintext. */
export function sealedSize(plainSize: number): number {
  const chunks = Math.max(1, Math.ceil(plainSize / CHUNK_BYTES));
  return NONCE_BYTES + plainSize + TAG_BYTES * chunks;
}

/** Whether a blob of this size can exist at all. */
export function isValidSize(sealedSize: number): boolean {
  if (sealedSize <= NONCE_BYTES + TAG_BYTES) return sealedSize === NONCE_BYTES + TAG_BYTES;
  const last = (sealedSize - NONCE_BYTES) % SEALED_CHUNK_BYTES;
  return last === 0 || last > TAG_BYTES;
}

/** Bytes of plaintext in a blob of this size. Throws EnvelopeDamaged for a size no blob has. */
export function plainSize(sealedSize: number): number {
  if (!isValidSize(sealedSize)) throw new EnvelopeDamaged("no blob has this size");
  const chunks = Math.ceil((sealedSize - NONCE_BYTES) / SEALED_CHUNK_BYTES);
  return sealedSize - NONCE_BYTES - TAG_BYTES * chunks;
}

/** Where chunk *index* begins in the blob. */
export function chunkOffset(index: number): number {
  return NONCE_BYTES + SEALED_CHUNK_BYTES * index;
}

/** One payload key, and the counter of its chunks. */
class Cipher {
  #aead: Promise<Aead> | null = null;

  constructor(
    readonly fileKey: Bytes,
    readonly nonce: Bytes,
    public index = 0,
  ) {
    checkLength("file key", fileKey, FILE_KEY_BYTES);
    checkLength("payload nonce", nonce, NONCE_BYTES);
    if (!(index >= 0 && index < MAX_CHUNKS)) throw new StreamTooLong("a blob has at most 2**32 chunks");
  }

  /** Each chunk into its place in *room*, several at once. */
  async seal(chunks: Bytes[], room: Bytes, last = false): Promise<void> {
    const cipher = await this.#cipher();
    await this.#inGroups(chunks, (chunk, at) => {
      const start = SEALED_CHUNK_BYTES * at;
      return cipher.seal(this.#nonce(at, last), chunk, room.subarray(start, start + chunk.length + TAG_BYTES));
    });
    this.index += chunks.length;
  }

  /** Throws EnvelopeDamaged, stays at the same chunk, and leaves nothing to be used in *room*. */
  async open(chunks: Bytes[], room: Bytes, last = false): Promise<void> {
    const cipher = await this.#cipher();
    const opened = await this.#inGroups(chunks, (chunk, at) => {
      const start = CHUNK_BYTES * at;
      return cipher.open(this.#nonce(at, last), chunk, room.subarray(start, start + chunk.length - TAG_BYTES));
    });
    const bad = opened.indexOf(false);
    if (bad >= 0) throw new EnvelopeDamaged(`chunk ${this.index + bad} is not what was sealed`);
    this.index += chunks.length;
  }

  /** Whether this is the next chunk, and not the last one. */
  async opens(sealed: Bytes): Promise<boolean> {
    const room = new Uint8Array(sealed.length - TAG_BYTES);
    return (await this.#cipher()).open(this.#nonce(0, false), sealed, room);
  }

  #cipher(): Promise<Aead> {
    this.#aead ??= derive(this.fileKey, this.nonce, utf8("payload")).then(aead);
    return this.#aead;
  }

  #nonce(ahead: number, last: boolean): Bytes {
    const index = this.index + ahead;
    if (index >= MAX_CHUNKS) throw new StreamTooLong("more than 2**32 chunks");
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setUint32(7, index);
    nonce[11] = Number(last);
    return nonce;
  }

  /** Stops after the first group with a refusal in it. */
  async #inGroups<Answer>(chunks: Bytes[], work: (chunk: Bytes, at: number) => Promise<Answer>): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let start = 0; start < chunks.length; start += GROUP_CHUNKS) {
      const group = chunks.slice(start, start + GROUP_CHUNKS).map((chunk, at) => work(chunk, start + at));
      answers.push(...(await Promise.all(group)));
      if (answers.includes(false as Answer)) break;
    }
    return answers;
  }
}

/**
 * Seals a plaintext that arrives in pieces of any size.
 *
 * fileKey: 16 bytes, for this one plaintext and never again. nonce: only vectors pass one, and a
 * retry that seals the very same bytes again. Holds back at most one chunk. Await each answer before
 * the next call, and leave the bytes alone until it is there.
 * Throws KeyLengthError.
 */
export class Sealer {
  #cipher: Cipher;
  #head: Bytes;
  #hold = new HoldBack(CHUNK_BYTES);
  #ended = false;

  constructor(fileKey: Bytes, nonce: Bytes = random(NONCE_BYTES)) {
    this.#cipher = new Cipher(fileKey, nonce);
    this.#head = nonce;
  }

  /**
   * The sealed chunks that are certain by now; the first answer begins with the nonce.
   *
   * Throws StreamTooLong, StreamEnded.
   */
  async feed(data: Bytes): Promise<Bytes> {
    this.#end();
    const sealed = await this.#seal(this.#hold.feed(data), false);
    this.#ended = false;
    return sealed;
  }

  /** The last chunk, marked as such (and the nonce, if nothing was fed). */
  async finish(): Promise<Bytes> {
    this.#end();
    return this.#seal([this.#hold.rest()], true);
  }

  async #seal(chunks: Bytes[], last: boolean): Promise<Bytes> {
    const size = chunks.reduce((sum, chunk) => sum + chunk.length + TAG_BYTES, 0);
    const out = new Uint8Array(this.#head.length + size);
    out.set(this.#head);
    await this.#cipher.seal(chunks, out.subarray(this.#head.length), last);
    this.#head = NO_BYTES;
    return out;
  }

  /** Closed while it works, so that a refusal leaves it closed. */
  #end(): void {
    if (this.#ended) throw new StreamEnded("this sealer has finished, or is still at work");
    this.#ended = true;
  }
}

/**
 * Opens a blob that arrives in pieces of any size, and gives out verified plaintext only.
 *
 * nonce: null reads it from the first 16 bytes. To resume, pass the nonce and *startChunk*, and
 * feed from `chunkOffset(startChunk)` on. After any refusal the opener stays closed. Await each answer
 * before the next call, and leave the bytes alone until it is there.
 * Throws KeyLengthError, StreamTooLong.
 */
export class Opener {
  #fileKey: Bytes;
  #cipher: Cipher | null;
  #head: Bytes = NO_BYTES;
  #hold = new HoldBack(SEALED_CHUNK_BYTES);
  #ended = false;

  constructor(fileKey: Bytes, nonce: Bytes | null = null, startChunk = 0) {
    if (nonce === null && startChunk) {
      throw new KeyLengthError("to start inside the blob, pass the nonce of its beginning");
    }
    checkLength("file key", fileKey, FILE_KEY_BYTES);
    this.#fileKey = fileKey;
    this.#cipher = nonce && new Cipher(fileKey, nonce, startChunk);
  }

  /**
   * The plaintext verified by now; a chunk waits until another byte follows it.
   *
   * Throws EnvelopeDamaged, StreamTooLong, StreamEnded.
   */
  async feed(sealed: Bytes): Promise<Bytes> {
    this.#end(); // until every chunk of this piece has been verified
    const body = this.#afterTheNonce(sealed);
    const chunks = this.#hold.feed(body);
    const out = new Uint8Array(CHUNK_BYTES * chunks.length);
    if (chunks.length) await this.#cipher!.open(chunks, out);
    this.#ended = false;
    return out;
  }

  /**
   * The last chunk, once the blob has ended. Until this returns, nothing proves that it is whole.
   *
   * Throws EnvelopeTruncated, EnvelopeDamaged, StreamEnded.
   */
  async finish(): Promise<Bytes> {
    this.#end();
    const rest = this.#hold.rest();
    const cipher = this.#cipher;
    if (cipher === null || rest.length < TAG_BYTES) {
      throw new EnvelopeTruncated("the blob ends before its last chunk does");
    }
    if (rest.length === TAG_BYTES && cipher.index > 0) {
      throw new EnvelopeDamaged("an empty last chunk after a full one");
    }
    const out = new Uint8Array(rest.length - TAG_BYTES);
    try {
      await cipher.open([rest], out, true);
    } catch (error) {
      if (error instanceof EnvelopeDamaged && (await cipher.opens(rest))) {
        throw new EnvelopeTruncated("the blob was cut between two chunks");
      }
      throw error;
    }
    return out;
  }

  #afterTheNonce(sealed: Bytes): Bytes {
    if (this.#cipher) return sealed;
    const missing = NONCE_BYTES - this.#head.length;
    this.#head = concat(this.#head, sealed.subarray(0, missing));
    if (this.#head.length === NONCE_BYTES) this.#cipher = new Cipher(this.#fileKey, this.#head);
    return sealed.subarray(missing);
  }

  #end(): void {
    if (this.#ended) throw new StreamEnded("this opener has finished or refused, or is still at work");
    this.#ended = true;
  }
}

/** What a source gives its bytes in: a stream, or pieces that are there already. */
export type Pieces = AsyncIterable<Bytes> | Iterable<Bytes>;

/**
 * Yields the blob of *source*, the nonce first.
 *
 * fileKey: 16 bytes, for this one source and never again.
 * Throws KeyLengthError at once, StreamTooLong on the way.
 */
export function seal(source: Pieces, fileKey: Bytes, nonce?: Bytes): AsyncGenerator<Bytes, void> {
  return through(source, new Sealer(fileKey, nonce));
}

/**
 * Yields the verified plaintext of a blob that arrives in pieces of any size; the inverse of `seal`.
 *
 * It is whole only if the iterator ends without an error.
 * Throws KeyLengthError at once; EnvelopeDamaged, EnvelopeTruncated, StreamTooLong on the way.
 */
export function openStream(
  chunks: Pieces,
  fileKey: Bytes,
  nonce: Bytes | null = null,
  startChunk = 0,
): AsyncGenerator<Bytes, void> {
  return through(chunks, new Opener(fileKey, nonce, startChunk));
}

async function* through(source: Pieces, stream: Sealer | Opener): AsyncGenerator<Bytes, void> {
  for await (const piece of source) {
    const out = await stream.feed(piece);
    if (out.length) yield out;
  }
  const out = await stream.finish();
  if (out.length) yield out;
}
