// Lines for a terminal: a shell reads in them what was meant.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

import { commandLine, quoted } from "../../../frontend/page/shell.ts";

const LINK = "https://h/s/aaaqeayeaudaocaj#1caireeyuculbogazdinryhi6d4";

/** The words a shell makes of *line*. */
function words(line: string): string[] {
  return execFileSync("/bin/sh", ["-c", `for word in ${line}; do printf '%s\\0' "$word"; done`])
    .toString()
    .split("\0")
    .slice(0, -1);
}

test("a shell takes any name as one word", () => {
  for (const name of ["a.txt", "two words", "it's", `"$(touch x)"`, "`id`", "a;b|c&d", "*", "-rf", "ключи", "\\"]) {
    assert.deepEqual(words(quoted(name)), [name]);
  }
});

test("the secret goes in the body, never into the address", () => {
  assert.deepEqual(words(commandLine(LINK, true)), [
    ...["curl", "-f", "--no-clobber", "-o", "./opened"],
    ...["--data-urlencode", `link=${LINK}`, "--data-urlencode", "password@-"],
    LINK.split("#")[0],
  ]);
});

test("no password is waited for where there is none", () => {
  assert.ok(!commandLine(LINK, false).includes("password"));
});

test("a text is printed", () => {
  assert.ok(!commandLine(LINK, false, true).includes("-o"));
});

test("words are quoted as Python's shlex quotes them", () => {
  assert.equal(quoted("./notes.pdf"), "./notes.pdf");
  assert.equal(quoted("./$(x) y"), "'./$(x) y'");
  assert.equal(quoted("./ü"), "'./ü'");
});
