// What a server takes, said before anything is sent.

import type { Chosen } from "../../messages.ts";
import { say } from "../../words.ts";
import { page } from "../page.ts";
import { limit, size } from "../sizes.ts";
import { locale } from "../times.ts";
import { bytesOf } from "./chosen.ts";

/** From here on the place left is counted. */
const NEAR = 0.9;

export function textBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Why this cannot go; null if it can. */
export function tooMuch(files: Chosen[], text: string): string | null {
  const { files: most, noteCharacters, shareBytes, textBytes: mostText } = page.limits;
  if (files.length > most) return say("At most {n} files in one share.", { n: figure(most) });
  const bytes = files.length ? bytesOf(files) : textBytes(text);
  const max = files.length ? shareBytes : Math.min(mostText, shareBytes);
  if (bytes > max) {
    const values = { size: size(bytes), max: limit(max) };
    return files.length
      ? say("{size} is more than this server takes ({max}). Remove something, or split it.", values)
      : say("{size} is more than this server takes as text ({max}). Add it as a file instead.", values);
  }
  if (files.length && [...text].length > noteCharacters) {
    return say("A note has at most {n} characters. Shorten it, or add it as a file.", { n: figure(noteCharacters) });
  }
  return null;
}

/** "1 950 of 2 000 characters", once it matters. */
export function room(isNote: boolean, text: string): string {
  if (isNote) {
    const [n, max] = [[...text].length, page.limits.noteCharacters];
    return n < max * NEAR ? "" : say("{n} of {max} characters", { n: figure(n), max: figure(max) });
  }
  const [bytes, max] = [text.length < (page.limits.textBytes * NEAR) / 4 ? 0 : textBytes(text), page.limits.textBytes];
  return bytes < max * NEAR ? "" : say("{done} of {all}", { done: size(bytes), all: size(max) });
}

export function figure(count: number): string {
  return new Intl.NumberFormat(locale()).format(count);
}
