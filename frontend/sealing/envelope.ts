// What the sender says about the contents: kinds, names, sizes; sealed beside the blob, never inside it.
//
// Source: docs/envelope.md, "Metadata".

import { concat, random, utf8, type Bytes } from "./bytes.ts";
import { EnvelopeDamaged, MetadataInvalid } from "./errors.ts";
import { readJson, type Value } from "./json.ts";
import { checkLength, derive, FILE_KEY_BYTES, openOnce, SALT_BYTES, sealOnce } from "./keys.ts";
import { TAG_BYTES } from "./stream.ts";

export const VERSION = 1;
export const MAX_METADATA_BYTES = 65536;
export const MAX_FILES = 1000;
export const MAX_PLAIN_BYTES = 2 ** 53 - 1;
export const TEXT_STEP_BYTES = 1024;

const PAD_BYTES = 256;
const LABEL = utf8("ots1/meta");

/**
 * One file: its name (a relative path; "" for text), media type and size in bytes.
 *
 * Name and type are the sender's words: show a name through `safeName`, never act on a type.
 */
export interface FileEntry {
  name: string;
  type: string;
  size: number;
}

/** The contents of a share, in the order of their bytes; *by* tells who sealed them. */
export interface Metadata {
  kind: "text" | "files";
  files: FileEntry[];
  by: "client" | "server";
  note: string | null;
}

/** Bytes of all files together, without padding. */
export function contentSize(metadata: Metadata): number {
  return metadata.files.reduce((sum, entry) => sum + entry.size, 0);
}

/**
 * The sealed metadata: 288 bytes for most, never more than 65 568. salt: only vectors pass one.
 *
 * Throws MetadataInvalid for what `openMetadata` would refuse, KeyLengthError.
 */
export async function sealMetadata(
  metadata: Metadata,
  fileKey: Bytes,
  salt: Bytes = random(SALT_BYTES),
): Promise<Bytes> {
  checkLength("file key", fileKey, FILE_KEY_BYTES);
  checkLength("salt", salt, SALT_BYTES);
  const plain = padded(metadata);
  parse(plain);
  return concat(salt, await sealOnce(await derive(fileKey, salt, LABEL), plain));
}

/** Throws EnvelopeDamaged, MetadataInvalid, KeyLengthError. */
export async function openMetadata(sealed: Bytes, fileKey: Bytes): Promise<Metadata> {
  checkLength("file key", fileKey, FILE_KEY_BYTES);
  if (sealed.length < SALT_BYTES + TAG_BYTES) throw new EnvelopeDamaged("the sealed metadata is too short");
  const key = await derive(fileKey, sealed.slice(0, SALT_BYTES), LABEL);
  return parse(await openOnce(key, sealed.slice(SALT_BYTES)));
}

function padded({ kind, files, by, note }: Metadata): Bytes {
  const entries = files.map(({ name, type, size }) =>
    kind === "text" && name === "" ? { type, size } : { name, type, size },
  );
  const says = { v: VERSION, kind, files: entries, by, ...(note === null ? {} : { note }) };
  const data = utf8(JSON.stringify(says));
  const room = new Uint8Array(Math.ceil(data.length / PAD_BYTES) * PAD_BYTES);
  room.set(data);
  return room;
}

/** Metadata from padded JSON, with every refusal. Throws MetadataInvalid. */
function parse(padded: Bytes): Metadata {
  if (padded.length % PAD_BYTES || padded.length < 1 || padded.length > MAX_METADATA_BYTES) {
    throw new MetadataInvalid("the metadata has an impossible size");
  }
  let end = padded.length;
  while (end && !padded[end - 1]) end--;
  const says = readJson(textOf(padded.subarray(0, end)));
  if (!(says instanceof Map)) throw new MetadataInvalid("the metadata is not one object");
  return checked(says);
}

/** The text of one object and nothing around it. */
function textOf(data: Bytes): string {
  if (data[0] !== 0x7b || data.at(-1) !== 0x7d) {
    throw new MetadataInvalid("the metadata is not one object and zero bytes");
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new MetadataInvalid("the metadata is not JSON");
  }
}

function checked(says: Map<string, Value>): Metadata {
  if (says.get("v") !== VERSION) throw new MetadataInvalid("the metadata is of another version");
  const [kind, by, entries] = [says.get("kind"), says.get("by"), says.get("files")];
  if ((kind !== "text" && kind !== "files") || (by !== "client" && by !== "server")) {
    throw new MetadataInvalid("the metadata does not say what it is, or who sealed it");
  }
  const most = kind === "text" ? 1 : MAX_FILES;
  if (!Array.isArray(entries) || entries.length < 1 || entries.length > most) {
    throw new MetadataInvalid("the metadata lists no files, or too many");
  }
  const files = entries.map((value) => entry(value, kind));
  const note = says.has("note") ? text(says.get("note")) : null;
  // A sum of 1000 sizes is exact as long as it is one we accept, and never rounds down to one.
  if (contentSize({ kind, files, by, note }) > MAX_PLAIN_BYTES) throw new MetadataInvalid("the sizes are too large");
  return { kind, files, by, note };
}

function entry(says: Value, kind: "text" | "files"): FileEntry {
  if (!(says instanceof Map) || says.has("name") === (kind === "text")) {
    throw new MetadataInvalid("an entry without a name, or a text with one");
  }
  const size = says.get("size");
  if (typeof size !== "number" || !(size >= 0 && size <= MAX_PLAIN_BYTES)) {
    throw new MetadataInvalid("a size is not a whole number of bytes");
  }
  return { name: kind === "text" ? "" : text(says.get("name")), type: text(says.get("type")), size };
}

function text(value: Value | undefined): string {
  if (typeof value !== "string" || value.includes("\0")) {
    throw new MetadataInvalid("a name, type or note is not text");
  }
  return value;
}

/**
 * The size to pad files to, to hide the exact one: at most 12 % more.
 *
 * Source: Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", 2019).
 */
export function padme(size: number): number {
  if (size < 2) return size;
  const exponent = bitLength(size) - 1;
  // Divided by a power of two, no bit is lost; JavaScript's masks would cut at 32.
  const step = 2 ** (exponent - bitLength(exponent));
  return Math.ceil(size / step) * step;
}

function bitLength(number: number): number {
  return number.toString(2).length;
}

/** The size to pad a text to: the next multiple of 1024, at least 1024. */
export function textPadding(size: number): number {
  return Math.max(1, Math.ceil(size / TEXT_STEP_BYTES)) * TEXT_STEP_BYTES;
}
