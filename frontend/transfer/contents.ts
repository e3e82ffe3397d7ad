// What was opened, as the files it is made of.

import type { OpenedFile } from "../messages.ts";
import type { Metadata } from "../sealing/envelope.ts";
import { MAX_COMPONENT_BYTES, safeName } from "../sealing/names.ts";

/** Longer texts are offered as a file: a page that shows so much stands still. */
const LONGEST_TEXT_BYTES = 1024 ** 2;
const LONGEST_ENDING = 20;
/** No device goes on much deeper, and a name could be made of folders alone. */
const DEEPEST = 64;
/** A sender's word about a type is never acted on. */
const TYPE = "application/octet-stream";

/** The files in order: each a slice of *whole*, without a copy. */
export function openedFiles(metadata: Metadata, whole: Blob): OpenedFile[] {
  const names = uniqueNames(namesIn(metadata));
  let at = 0;
  return metadata.files.map(({ size }, n) => {
    const blob = whole.slice(at, at + size, TYPE);
    at += size;
    return { name: names[n]!, size, blob };
  });
}

/** The names as they were given; a text gets one of ours. */
export function namesIn(metadata: Metadata): string[] {
  return metadata.kind === "text" ? ["text.txt"] : metadata.files.map(({ name }) => name);
}

/** The text of a text share, if it is short enough to be shown; bytes that are no text become U+FFFD. */
export async function textIn(metadata: Metadata, whole: Blob): Promise<string | null> {
  const size = metadata.files[0]?.size ?? 0;
  if (metadata.kind !== "text" || size > LONGEST_TEXT_BYTES) return null;
  // Not Blob.text(), which drops a byte order mark that somebody may have meant.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await whole.slice(0, size).arrayBuffer());
}

/** Safe names, each once and none the name of another's folder: a second "a.txt" becomes "a (2).txt". */
export function uniqueNames(wanted: string[]): string[] {
  const names = wanted.map((name) => folded(safeName(name)));
  const taken = new Set(names.flatMap((name) => folders(alike(name))));
  // Counted on from name to name: a thousand equal ones are a thousand steps.
  const counts = new Map<string, number>();
  return names.map((name) => {
    let unique = name;
    let count = counts.get(alike(name)) ?? 2;
    while (taken.has(alike(unique))) unique = numbered(name, count++);
    counts.set(alike(name), count);
    taken.add(alike(unique));
    return unique;
  });
}

/** The same for names that some file system takes for one. */
function alike(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/** The folders below the deepest are left out. */
function folded(name: string): string {
  const parts = name.split("/");
  return parts.length <= DEEPEST ? name : [...parts.slice(0, DEEPEST - 1), parts.at(-1)].join("/");
}

/** As "a (2).txt" for "a.txt", and still no longer than a name may be. */
function numbered(name: string, count: number): string {
  const [, folder = "", last = ""] = /^(.*\/)?([^/]*)$/s.exec(name) ?? [];
  const dot = last.lastIndexOf(".");
  const hasEnding = dot > 0 && last.length - dot - 1 <= LONGEST_ENDING;
  const tail = ` (${count})${hasEnding ? last.slice(dot) : ""}`;
  const encoder = new TextEncoder();
  const room = new Uint8Array(MAX_COMPONENT_BYTES - encoder.encode(tail).length);
  const stem = hasEnding ? last.slice(0, dot) : last;
  return folder + stem.slice(0, encoder.encodeInto(stem, room).read) + tail;
}

function folders(name: string): string[] {
  const parts = name.split("/").slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
}
