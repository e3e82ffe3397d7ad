// What was opened once more, in one file: a zip, or a standard .age file.

import type { ExportOrder, Report } from "../messages.ts";
import { ageHeader, canMakeHeader } from "../sealing/agefile.ts";
import type { Bytes } from "../sealing/bytes.ts";
import { contentSize } from "../sealing/envelope.ts";
import { safeName } from "../sealing/names.ts";
import { seal } from "../sealing/stream.ts";
import { namesIn } from "./contents.ts";
import { Place } from "./folder.ts";
import type { Exported, Opened } from "./receive.ts";
import { MEMORY_BYTES } from "./room.ts";
import { inMemory } from "./sinks.ts";
import { plaintext } from "./source.ts";
import { Trouble } from "./trouble.ts";
import { zipped, zippedBytes } from "./zip.ts";

/** Carries the order out, to its report `exported`. */
export async function exported(
  order: ExportOrder,
  opened: Opened | null,
  say: (report: Report) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!opened?.whole) throw new Trouble("not_kept", "What was opened is not here any more.");
  const plain = plaintext([{ name: "", blob: opened.whole }], opened.plainBytes);
  const make = order.as === "zip" ? asZip : asAge;
  say((opened.exports[order.as] ??= await make(opened, plain, signal)));
}

async function asZip(opened: Opened, plain: AsyncIterable<Bytes>, signal: AbortSignal): Promise<Exported> {
  const { metadata } = opened;
  const blob = await kept(opened, ".zip", zipped(metadata, plain), zippedBytes(metadata), signal);
  return { report: "exported", name: `${folderOf(opened)}.zip`, blob, identity: null };
}

async function asAge(opened: Opened, plain: AsyncIterable<Bytes>, signal: AbortSignal): Promise<Exported> {
  const { metadata, fileKey, nonce } = opened;
  if (!(await canMakeHeader())) throw new Trouble("browser_too_old", "This browser cannot make an .age file.");
  // Under the same key and nonce the same plaintext becomes the same blob, byte for byte.
  const [header, identity] = await ageHeader(fileKey);
  const pieces = behind(header, seal(plain, fileKey, nonce));
  const blob = await kept(opened, ".age", pieces, contentSize(metadata), signal);
  const names = namesIn(metadata);
  const name = names.length === 1 ? safeName(names[0]!).replace(/.*\//s, "") : folderOf(opened);
  return { report: "exported", name: `${name}.age`, blob, identity };
}

async function kept(
  opened: Opened,
  ending: ".zip" | ".age",
  pieces: AsyncIterable<Bytes>,
  bytes: number,
  signal: AbortSignal,
): Promise<Blob> {
  const going = whileRunning(pieces, signal);
  if (bytes <= MEMORY_BYTES) return inMemory(going);
  return (await Place.take(opened.id, signal)).write(ending, going);
}

async function* whileRunning(pieces: AsyncIterable<Bytes>, signal: AbortSignal): AsyncGenerator<Bytes> {
  for await (const piece of pieces) {
    signal.throwIfAborted();
    yield piece;
  }
}

async function* behind(header: Bytes, blob: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  yield header;
  yield* blob;
}

/** The folder all files lie in, if there is one. */
function folderOf({ metadata }: Opened): string {
  const tops = new Set(namesIn(metadata).map((name) => /^([^/]+)\//.exec(safeName(name))?.[1]));
  const [only] = tops;
  return tops.size === 1 && only ? only : "files";
}
