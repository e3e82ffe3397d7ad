// Fetches what was claimed, verifies and opens it, says so, and only then tells the server to destroy it.

import * as api from "../api.ts";
import type { ExportOrder, FetchOrder, Half, Report } from "../messages.ts";
import type { Bytes } from "../sealing/bytes.ts";
import { encode, unb64 } from "../sealing/encoding.ts";
import { contentSize, type Metadata, openMetadata } from "../sealing/envelope.ts";
import { EnvelopeDamaged, EnvelopeTruncated } from "../sealing/errors.ts";
import { linkToken } from "../sealing/keys.ts";
import { type Link, parse } from "../sealing/links.ts";
import { CHUNK_BYTES, chunkOffset, NONCE_BYTES, Opener, plainSize } from "../sealing/stream.ts";
import { end } from "./claim.ts";
import { openedFiles, textIn } from "./contents.ts";
import { Direct } from "./direct.ts";
import { download } from "./download.ts";
import type { Guard } from "./guard.ts";
import { Line } from "./line.ts";
import { Buffers, inParts } from "./parts.ts";
import { Progress } from "./progress.ts";
import { type Keeper, keeperFor } from "./sinks.ts";

const FEED_BYTES = 1024 ** 2;
const LEASE_MS = 15 * 60_000;

type Say = (report: Report) => void;
export type Exported = Extract<Report, { report: "exported" }>;

/** What an export needs: everything but the link. */
export interface Opened {
  id: string;
  metadata: Metadata;
  fileKey: Bytes;
  nonce: Bytes;
  /** The plaintext stream with its padding; null if it was written out as something else. */
  whole: Blob | null;
  plainBytes: number;
  /** Made already: saving may still read from them. */
  exports: Partial<Record<ExportOrder["as"], Exported>>;
}

/** Carries the order out, to its report `opened`; the share burns after that, beside what follows. */
export async function receive(order: FetchOrder, guard: Guard, say: Say, signal: AbortSignal): Promise<Opened> {
  const line = new Line(signal, say);
  const link = parse(order.link);
  const id = encode(link.shareId);
  const { half } = order;
  const keys = await guard.keys(link, order.password, say);
  const fileKey = await guard.unwrap(unb64(half.wrappedKey), half.kdf, link, keys);
  const metadata = await openMetadata(unb64(half.meta), fileKey);
  if (contentSize(metadata) > plainSize(half.size)) throw new EnvelopeTruncated("the contents are more than the blob holds");
  const keeper = await keeperFor(order.sink, id, metadata, signal);
  const blob = new SealedBlob(id, half, unb64(order.leaseSecret), line);
  try {
    const whole = await kept(blob, fileKey, metadata, keeper, say);
    const text = whole && (await textIn(metadata, whole));
    signal.throwIfAborted(); // who stopped at the last moment can still go on: nothing is burned
    say({
      report: "opened",
      kind: text === null ? "files" : "text",
      text,
      note: metadata.note,
      by: metadata.by,
      files: openedFiles(metadata, whole ?? new Blob()),
      savedAs: keeper.savedAs,
    });
    void confirm(order, link, say);
    return { id, metadata, fileKey, nonce: await blob.nonce(), whole, plainBytes: plainSize(half.size), exports: {} };
  } catch (error) {
    if (error instanceof EnvelopeDamaged) await keeper.drop().catch(() => {}); // what cannot be removed now is written over
    throw error;
  }
}

/** The blob of a claim: it came inside the answer, or is fetched. */
class SealedBlob {
  private head: Bytes | null = null;
  private readonly direct: Direct;

  constructor(
    private readonly id: string,
    private readonly half: Half,
    private readonly leaseSecret: Bytes,
    private readonly line: Line,
  ) {
    this.direct = new Direct(half.direct === true);
  }

  get size(): number {
    return this.half.size;
  }

  async *from(start: number, stop = this.size): AsyncGenerator<Bytes> {
    if (this.half.blob !== undefined) yield unb64(this.half.blob).slice(start, stop);
    else yield* download(this.id, { start, stop }, this.leaseSecret, this.line, this.direct);
  }

  /** The blob's first bytes, remembered. */
  async nonce(): Promise<Bytes> {
    if (!this.head) for await (const part of inParts(this.from(0, NONCE_BYTES), new Buffers(NONCE_BYTES))) this.head = part;
    return this.head!;
  }
}

/** Opens the blob into *keeper*, going on from the last whole chunk it holds. Raises EnvelopeDamaged. */
async function kept(
  blob: SealedBlob,
  fileKey: Bytes,
  metadata: Metadata,
  keeper: Keeper,
  say: Say,
): Promise<Blob | null> {
  const lastChunk = Math.ceil(Math.max(1, plainSize(blob.size)) / CHUNK_BYTES) - 1;
  const startChunk = Math.min(Math.floor(keeper.heldBytes / CHUNK_BYTES), lastChunk);
  const progress = new Progress(blob.size, say);
  const opener = new Opener(fileKey, await blob.nonce(), startChunk);
  let at = chunkOffset(startChunk);
  async function* arriving(): AsyncGenerator<Bytes> {
    for await (const piece of blob.from(at)) {
      at += piece.length;
      progress.reached(at);
      yield piece;
    }
  }
  const from = startChunk * CHUNK_BYTES;
  return keeper.keep(padded(opened(opener, arriving()), contentSize(metadata), from), from);
}

async function* opened(opener: Opener, sealed: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  const buffers = new Buffers(FEED_BYTES);
  for await (const part of inParts(sealed, buffers)) {
    yield await opener.feed(part);
    if (part.length === FEED_BYTES) buffers.give(part);
  }
  yield await opener.finish();
}

/** Passes *plain* on, which begins at byte *at*, and holds it to its promise: the contents, then only zeros. */
async function* padded(plain: AsyncIterable<Bytes>, contentBytes: number, at: number): AsyncGenerator<Bytes> {
  for await (const piece of plain) {
    for (let n = Math.max(0, contentBytes - at); n < piece.length; n++) {
      if (piece[n]) throw new EnvelopeDamaged("the padding is not zero");
    }
    at += piece.length;
    yield piece;
  }
  if (at < contentBytes) throw new EnvelopeTruncated("the plaintext ends before its files do");
}

/** Burns, however long it takes to reach the server, and says when that was. */
async function confirm(order: FetchOrder, link: Link, say: Say): Promise<void> {
  const line = new Line(new AbortController().signal, () => {});
  const id = encode(link.shareId);
  let isSaid = false;
  const unconfirmed = () => {
    if (!isSaid) say({ report: "unconfirmed", leaseExpiresAt: lastMoment(order.half) });
    isSaid = true;
  };
  const burn = async () => {
    try {
      await api.burn(id, { token: unb64(order.leaseSecret) });
    } catch (error) {
      unconfirmed();
      throw error;
    }
  };
  try {
    await line.persist(burn);
    say({ report: "burned", ...(await end(id, await linkToken(link.secret, link.shareId), line)) });
  } catch {
    unconfirmed(); // finally refused: the lease ends by itself
  }
}

/** When the server ends the lease by itself: each request for the blob has moved that. */
function lastMoment(half: Half): string {
  return new Date(Math.max(Date.parse(half.leaseExpiresAt), Date.now() + LEASE_MS)).toISOString();
}
