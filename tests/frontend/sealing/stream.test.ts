// How sealers and openers behave while bytes arrive; the twins of tests/sealing/test_sealing_stream.py.
import assert from "node:assert/strict";
import { test } from "node:test";

import { aead } from "../../../frontend/sealing/aead.ts";
import { concat, type Bytes } from "../../../frontend/sealing/bytes.ts";
import { contentSize, sealMetadata, type Metadata } from "../../../frontend/sealing/envelope.ts";
import {
  EnvelopeDamaged,
  EnvelopeTruncated,
  KeyLengthError,
  MetadataInvalid,
  StreamEnded,
  StreamTooLong,
} from "../../../frontend/sealing/errors.ts";
import { PlainSplit } from "../../../frontend/sealing/split.ts";
import {
  CHUNK_BYTES,
  chunkOffset,
  MAX_CHUNKS,
  NONCE_BYTES,
  Opener,
  openStream,
  seal,
  SEALED_CHUNK_BYTES,
  sealedSize,
  Sealer,
  TAG_BYTES,
} from "../../../frontend/sealing/stream.ts";
import { inPieces, pattern, whole } from "./vectors.ts";

const fileKey = pattern(16);
const nonce = pattern(16).reverse() as Bytes;
const blobOf = (plain: Bytes) => whole(seal([plain], fileKey, nonce));

test("opening may start at any chunk", async () => {
  const plain = pattern(4 * CHUNK_BYTES + 5);
  const blob = await blobOf(plain);

  for (const index of [0, 1, 3, 4]) {
    const rest = await whole(openStream([blob.slice(chunkOffset(index))], fileKey, nonce, index));
    assert.deepEqual(rest, plain.slice(index * CHUNK_BYTES));
  }
  await assert.rejects(whole(openStream([blob.slice(chunkOffset(2))], fileKey, nonce, 1)), EnvelopeDamaged);
});

test("starting inside without the nonce is refused", () => {
  assert.throws(() => new Opener(fileKey, null, 1), KeyLengthError);
});

test("a blob cut between two chunks is told from a damaged one", async () => {
  const blob = await blobOf(pattern(2 * CHUNK_BYTES));

  await assert.rejects(whole(openStream([blob.slice(0, chunkOffset(1))], fileKey)), EnvelopeTruncated);
  const damaged = blob.slice(0, chunkOffset(1));
  damaged[100]! ^= 1;
  await assert.rejects(whole(openStream([damaged], fileKey)), (error: Error) => {
    return error instanceof EnvelopeDamaged && !(error instanceof EnvelopeTruncated);
  });
});

test("every blob has a nonce of its own, and begins with it", async () => {
  const one = await new Sealer(fileKey).finish();
  const other = await new Sealer(fileKey).finish();

  assert.equal(one.length, sealedSize(0));
  assert.notDeepEqual(one.slice(0, NONCE_BYTES), other.slice(0, NONCE_BYTES));
  assert.deepEqual((await new Sealer(fileKey, nonce).feed(pattern(1))).slice(), nonce);
});

test("a chunk comes out as soon as a byte follows it, and not before", async () => {
  const blob = await blobOf(pattern(CHUNK_BYTES + 1));
  const opener = new Opener(fileKey);

  assert.equal((await opener.feed(blob.slice(0, chunkOffset(1)))).length, 0);
  assert.equal((await opener.feed(blob.slice(chunkOffset(1), chunkOffset(1) + 1))).length, CHUNK_BYTES);
});

test("one bad chunk among many gives out nothing of its piece, and the opener stays closed", async () => {
  const blob = await blobOf(pattern(64 * CHUNK_BYTES));
  for (const bad of [0, 15, 16, 40]) {
    const broken = blob.slice();
    broken[chunkOffset(bad) + 7]! ^= 1;
    const opener = new Opener(fileKey);

    await assert.rejects(opener.feed(broken), new RegExp(`chunk ${bad} `));

    await assert.rejects(opener.feed(blob), StreamEnded);
    await assert.rejects(opener.finish(), StreamEnded);
  }
});

test("a stream takes nothing more when it has finished, nor while it is at work", async () => {
  const sealer = new Sealer(fileKey);
  const [first, second] = await Promise.allSettled([sealer.feed(pattern(200_000)), sealer.feed(pattern(1))]);
  assert.equal(first!.status, "fulfilled");
  assert.ok(second!.status === "rejected" && second!.reason instanceof StreamEnded);
  await sealer.finish();

  await assert.rejects(sealer.feed(pattern(1)), StreamEnded);
  await assert.rejects(sealer.finish(), StreamEnded);
});

test("a stream stops before its counter is used up", async () => {
  assert.throws(() => new Opener(fileKey, nonce, MAX_CHUNKS), StreamTooLong);
  assert.throws(() => new Opener(fileKey, nonce, -1), StreamTooLong);
  const opener = new Opener(fileKey, nonce, MAX_CHUNKS - 1);

  // The last number there is opens its chunk (here: refuses a wrong one); the next does not exist.
  await assert.rejects(opener.feed(pattern(SEALED_CHUNK_BYTES + 1)), EnvelopeDamaged);
  const further = new Opener(fileKey, nonce, MAX_CHUNKS - 1);
  await assert.rejects(further.feed(pattern(2 * SEALED_CHUNK_BYTES + 1)), StreamTooLong);
});

test("the last counter there is seals and opens as any other", async () => {
  const { derive } = await import("../../../frontend/sealing/keys.ts");
  const cipher = await aead(await derive(fileKey, nonce, new TextEncoder().encode("payload")));
  const sealed = new Uint8Array(5 + TAG_BYTES);
  await cipher.seal(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 1), pattern(5), sealed);

  const opened = await whole(openStream([sealed], fileKey, nonce, MAX_CHUNKS - 1));

  assert.deepEqual(opened, pattern(5));
});

test("keys and nonces of another length are refused at once", () => {
  for (const length of [0, 15, 17, 32]) {
    assert.throws(() => new Sealer(pattern(length)), KeyLengthError);
    assert.throws(() => new Sealer(fileKey, pattern(length)), KeyLengthError);
    assert.throws(() => new Opener(pattern(length)), KeyLengthError);
    assert.throws(() => new Opener(fileKey, pattern(length)), KeyLengthError);
  }
});

test("plaintext is cut back into its files, each empty one seen once", () => {
  const [sizes, plain] = [[0, 3, 0, 4, 0], concat(pattern(7), new Uint8Array(9))];
  for (const piece of [1, 2, 5, 100]) {
    const split = new PlainSplit(sizes);
    const pieces = [...inPieces(plain, piece).flatMap((bytes) => split.feed(bytes)), ...split.finish()];

    const files = sizes.map((_, index) => pieces.filter(([at]) => at === index).map(([, bytes]) => bytes));
    assert.deepEqual(files.map((parts) => concat(...parts).length), sizes);
    assert.deepEqual(concat(...files.flat()), pattern(7));
    assert.deepEqual([files[0]!.length, files[2]!.length, files[4]!.length], [1, 1, 1]);
    assert.throws(() => split.feed(pattern(0)), StreamEnded);
  }
});

test("metadata that would not come back is never sealed", async () => {
  const entry = { name: "a", type: "", size: 1 };
  const honest: Metadata = { kind: "files", files: [entry], by: "client", note: null };
  const changes: Partial<Metadata>[] = [
    { note: "\ud800" },
    { note: "a\0b" },
    { note: "x".repeat(65536) },
    { files: [] },
    { files: Array.from({ length: 1001 }, () => entry) },
    { files: [{ ...entry, size: -1 }] },
    { files: [{ ...entry, size: 0.5 }] },
    { files: [{ ...entry, size: NaN }] },
    { files: [{ ...entry, size: 2 ** 53 }] },
    { files: [{ ...entry, size: 2 ** 53 - 1 }, entry] },
    { files: [{ ...entry, name: "\udc00" }] },
    { kind: "text" },
  ];

  assert.equal(contentSize(honest), 1);
  assert.equal((await sealMetadata(honest, fileKey)).length, 288);
  for (const change of changes) {
    await assert.rejects(sealMetadata({ ...honest, ...change }, fileKey), MetadataInvalid);
  }
});
