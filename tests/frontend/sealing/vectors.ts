// Reads tests/vectors: recipes into bytes, and one mutation into one broken envelope. Twin of
// tests/sealing/sealing_vectors.py.
import { concat, utf8, type Bytes } from "../../../frontend/sealing/bytes.ts";
import { openMetadata } from "../../../frontend/sealing/envelope.ts";
import { aead } from "../../../frontend/sealing/aead.ts";
import { derive, passwordKeys, unwrap } from "../../../frontend/sealing/keys.ts";
import { parse } from "../../../frontend/sealing/links.ts";
import { PlainSplit } from "../../../frontend/sealing/split.ts";
import { NONCE_BYTES, openStream, seal, SEALED_CHUNK_BYTES, TAG_BYTES } from "../../../frontend/sealing/stream.ts";
import "./lazies.ts";

export function unhex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function sha256(data: Bytes): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", data)));
}

/** A byte string whose chunks all differ: byte[i] = 7i mod 256. */
export function pattern(length: number): Bytes {
  const data = new Uint8Array(length);
  for (let at = 0; at < length; at++) data[at] = 7 * at;
  return data;
}

type Part = string | [string, number] | { hex: string };

/** [text, times] or text, one after the other. */
export function textOf(parts: Part[]): string {
  return parts.map((part) => (typeof part === "string" ? part : (part as [string, number])[0].repeat((part as [string, number])[1]))).join("");
}

export interface MetadataCase {
  name: string;
  expect: "open" | "refuse";
  parts: Part[];
  pad?: number;
}

export function paddedJson(recipe: MetadataCase): Bytes {
  const data = concat(
    ...recipe.parts.map((part) =>
      typeof part === "object" && "hex" in part ? unhex(part.hex) : utf8(textOf([part])),
    ),
  );
  return filled(data, recipe.pad ?? Math.ceil(data.length / 256) * 256);
}

export function filled(data: Bytes, size: number): Bytes {
  const room = new Uint8Array(size);
  room.set(data);
  return room;
}

export interface StreamCase {
  name: string;
  chunks: [counter: number, bytes: number, last: boolean][];
  cut?: number;
  tail?: string;
  again?: boolean;
}

/** The chunks a case asks for, in its order and under its counters, then its cut and its tail. */
export async function dishonestBlob(recipe: StreamCase, fileKey: Bytes, nonce: Bytes): Promise<Bytes> {
  const cipher = await aead(await derive(fileKey, nonce, utf8("payload")));
  let blob = nonce;
  for (const [counter, length, last] of recipe.chunks) {
    const sealed = new Uint8Array(length + TAG_BYTES);
    const at = new Uint8Array(12);
    new DataView(at.buffer).setUint32(7, counter);
    at[11] = Number(last);
    await cipher.seal(at, pattern(length), sealed);
    blob = concat(blob, sealed);
  }
  blob = blob.slice(0, recipe.cut ?? blob.length);
  return concat(blob, unhex(recipe.tail ?? ""), recipe.again ? blob : new Uint8Array(0));
}

export function inPieces(data: Bytes, size: number): Bytes[] {
  return Array.from({ length: Math.ceil(data.length / size) }, (_, at) => data.slice(at * size, (at + 1) * size));
}

export async function whole(source: AsyncIterable<Bytes>): Promise<Bytes> {
  const released: Bytes[] = [];
  for await (const piece of source) released.push(piece);
  return concat(...released);
}

export interface Outcome {
  released: Bytes;
  error: unknown;
}

/** What comes out of *source*, also when it ends in a refusal. */
export async function drained(source: AsyncIterable<Bytes>): Promise<Outcome> {
  const released: Bytes[] = [];
  let error: unknown = null;
  try {
    for await (const piece of source) released.push(piece);
  } catch (refusal) {
    error = refusal;
  }
  return { released: concat(...released), error };
}

export function isPrefix(prefix: Bytes, data: Bytes): boolean {
  return prefix.length <= data.length && prefix.every((byte, at) => byte === data[at]);
}

// --- whole envelopes --------------------------------------------------------------------------------

export interface Base {
  name: string;
  sizes: number[];
  padded: number;
  password: string | null;
  link: string;
  kdf: number;
  wrapped_key: string;
  meta: string;
  payload_nonce: string;
  blob_sha256: string;
}

export interface Fields {
  link: string;
  kdf: number;
  password: string | null;
  wrapped_key: Bytes;
  meta: Bytes;
  blob: Bytes;
}

export interface Mutant {
  base: string;
  field: keyof Fields;
  op: string;
  value: unknown;
  expect: "open" | "refuse";
}

/** The fields of a base, its blob made from the recipe, and the files' bytes. */
export async function envelope(base: Base): Promise<Fields & { truth: Bytes }> {
  const truth = pattern(base.sizes.reduce((sum, size) => sum + size, 0));
  const fields = { ...base, wrapped_key: unhex(base.wrapped_key), meta: unhex(base.meta) };
  const fileKey = await openKey(fields);
  const blob = await whole(seal([filled(truth, base.padded)], fileKey, unhex(base.payload_nonce)));
  if ((await sha256(blob)) !== base.blob_sha256) throw new Error(`the blob of ${base.name} is another`);
  return { ...fields, blob, truth };
}

const stretched = new Map<string, Promise<Bytes>>();

/** Remembers Argon2id's answers: many mutants share one password. */
function passwordKey(password: string, secret: Bytes, shareId: Bytes): Promise<Bytes> {
  const asked = JSON.stringify([password, hex(secret), hex(shareId)]);
  const known = stretched.get(asked) ?? passwordKeys(password, secret, shareId).then((keys) => keys.key);
  stretched.set(asked, known);
  return known;
}

export async function openKey(fields: Omit<Fields, "blob">): Promise<Bytes> {
  const link = parse(fields.link);
  const key = fields.password === null ? undefined : await passwordKey(fields.password, link.secret, link.shareId);
  return unwrap(fields.wrapped_key, link.secret, link.shareId, fields.kdf, key);
}

/** Everything a receiver does, in its order; yields the files' bytes as they are released. */
export async function* openEnvelope(fields: Fields): AsyncGenerator<Bytes, void> {
  const fileKey = await openKey(fields);
  const metadata = await openMetadata(fields.meta, fileKey);
  const split = new PlainSplit(metadata.files.map((entry) => entry.size));
  for await (const plain of openStream(inPieces(fields.blob, 20_000), fileKey)) {
    for (const [, bytes] of split.feed(plain)) yield bytes;
  }
  split.finish();
}

/** *fields* with one of them changed; a hex argument replaces a field of bytes. */
export function mutated(fields: Fields, { field, op, value }: Mutant): Fields {
  const old = fields[field];
  if (op === "replace") return { ...fields, [field]: old instanceof Uint8Array ? unhex(value as string) : value };
  return { ...fields, [field]: operations[op]!(old as Bytes, value as never) };
}

function withChunks<Value>(order: (chunks: Bytes[], value: Value) => Bytes[]) {
  return (blob: Bytes, value: Value) =>
    concat(blob.slice(0, NONCE_BYTES), ...order(inPieces(blob.slice(NONCE_BYTES), SEALED_CHUNK_BYTES), value));
}

const operations: Record<string, (data: Bytes, value: never) => Bytes> = {
  flip: (data, bit: number) => data.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)),
  cut: (data, length: number) => data.slice(0, length),
  append: (data, tail: string) => concat(data, unhex(tail)),
  again: (data, times: number) => concat(data, ...Array.from({ length: times }, () => data)),
  drop_chunk: withChunks((chunks, at: number) => chunks.toSpliced(at, 1)),
  repeat_chunk: withChunks((chunks, at: number) => chunks.toSpliced(at, 0, chunks[at]!)),
  swap_chunks: withChunks((chunks, [one, other]: [number, number]) =>
    chunks.with(one, chunks[other]!).with(other, chunks[one]!),
  ),
};
