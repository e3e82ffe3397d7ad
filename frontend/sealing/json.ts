// JSON read strictly: what `JSON.parse` lets pass or cannot tell is refused here, exactly as the Python
// twin refuses it.

import { isWellFormed } from "./bytes.ts";
import { MetadataInvalid } from "./errors.ts";

/** Objects are maps, so that no key of a stranger meets our own. */
export type Value = null | boolean | number | string | Value[] | Map<string, Value>;

const MAX_DEPTH = 32;
const MAX_SIZE_DIGITS = 16;

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
// Written so that a string without its end costs one look at each character.
const STRING = /"[^"\\\0-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\0-\x1f]*)*"/y;
const WORDS: [string, Value][] = [["null", null], ["true", true], ["false", false]];

/**
 * The value of *text*. A number that is not spelled as a whole number which can be a size becomes NaN, which
 * no field accepts.
 *
 * Throws MetadataInvalid for anything else than JSON, a key that appears twice, half a character, and more
 * than 32 levels.
 */
export function readJson(text: string): Value {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  #at = 0;

  constructor(readonly text: string) {}

  value(depth: number): Value {
    this.#take(BLANKS);
    const next = this.text[this.#at];
    if (next === "{") return this.#object(depth + 1);
    if (next === "[") return this.#array(depth + 1);
    if (next === '"') return this.#string();
    for (const [word, value] of WORDS) if (this.#skip(word)) return value;
    return this.#number();
  }

  end(): void {
    this.#take(BLANKS);
    if (this.#at < this.text.length) refuse("the metadata is not JSON");
  }

  #object(depth: number): Map<string, Value> {
    const says = new Map<string, Value>();
    this.#list("{", "}", depth, () => {
      this.#take(BLANKS);
      const key = this.#string();
      if (says.has(key)) refuse("a key appears twice");
      this.#take(BLANKS);
      if (!this.#skip(":")) refuse("the metadata is not JSON");
      says.set(key, this.value(depth));
    });
    return says;
  }

  #array(depth: number): Value[] {
    const values: Value[] = [];
    this.#list("[", "]", depth, () => values.push(this.value(depth)));
    return values;
  }

  #list(open: string, close: string, depth: number, readOne: () => void): void {
    if (depth > MAX_DEPTH) refuse(`the metadata is nested deeper than ${MAX_DEPTH} levels`);
    this.#skip(open);
    this.#take(BLANKS);
    if (this.#skip(close)) return;
    do {
      readOne();
      this.#take(BLANKS);
    } while (this.#skip(","));
    if (!this.#skip(close)) refuse("the metadata is not JSON");
  }

  #string(): string {
    const text: string = JSON.parse(this.#take(STRING) || refuse("the metadata is not JSON"));
    return isWellFormed(text) ? text : refuse("the metadata holds half a character");
  }

  #number(): number {
    const digits = this.#take(NUMBER) || refuse("the metadata is not JSON");
    return /^(?:0|-?[1-9][0-9]*)$/.test(digits) && digits.length <= MAX_SIZE_DIGITS ? Number(digits) : NaN;
  }

  #skip(word: string): boolean {
    const found = this.text.startsWith(word, this.#at);
    if (found) this.#at += word.length;
    return found;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}

function refuse(why: string): never {
  throw new MetadataInvalid(why);
}
