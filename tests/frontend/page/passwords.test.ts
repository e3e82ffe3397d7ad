// Passwords by chance, and how hard typed ones are to guess.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fourWords, WORDS } from "../../../frontend/lazy/four-words.ts";
import { bitsOf, strength } from "../../../frontend/page/send/strength.ts";

test("there are 2048 words, short, each once", () => {
  assert.equal(new Set(WORDS).size, 2048);
  assert.equal(WORDS.length, 2048);
  for (const word of WORDS) assert.match(word, /^[a-z]{3,7}$/);
});

test("a password by chance is four of them, and never twice the same", () => {
  const made = Array.from({ length: 500 }, fourWords);

  assert.equal(new Set(made).size, 500);
  for (const password of made) {
    const parts = password.split("-");
    assert.equal(parts.length, 4);
    for (const part of parts) assert.ok(WORDS.includes(part), part);
  }
});

const WEAK = ["a", "hunter2", "Password1!", "qwertyuiop", "12345678901234", "aaaaaaaaaaaaaaaa", "Summer2026!", "abcdefghijkl", "tigertigertiger"];
const STRONG = ["harvest-velvet-sixty-moss", "Xq7#mP2$vL9k", "correct horse battery staple", "übermütige Kühe tanzen nachts"];

test("what people choose first is weak", () => {
  for (const password of WEAK) assert.equal(strength(password), "weak", `${password}: ${bitsOf(password)}`);
});

test("many words, or many different signs, are strong", () => {
  for (const password of STRONG) assert.equal(strength(password), "strong", `${password}: ${bitsOf(password)}`);
});

test("a word more never makes it weaker", () => {
  assert.ok(bitsOf("velvet moss harbor") > bitsOf("velvet moss"));
  assert.equal(strength("velvet moss harbor"), "fair");
});
