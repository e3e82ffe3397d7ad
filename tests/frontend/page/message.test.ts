// What is sent along with a link.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { SendOrder } from "../../../frontend/messages.ts";
import { message } from "../../../frontend/page/send/message.ts";

Object.defineProperty(globalThis, "navigator", { value: { language: "en-GB", languages: ["en-GB"] }, configurable: true });

const LINK = "https://h.example/s/aaaqeayeaudaocaj#1caireeyuculbogazdinryhi6d4";

function left(more: Partial<SendOrder>) {
  const order = { order: "send", files: [], text: null, password: null, lifetimeSeconds: 60, opens: 1, hidesSize: false, publicUrl: "", ...more };
  return { link: LINK, manageLink: "", expiresAt: "2026-11-27T14:03:00Z", order: order as SendOrder };
}

const file = (path: string) => ({ path, file: new File(["x"], path) });

test("a text is printed, and its secret is never in the address", () => {
  assert.equal(message(left({ text: "x" })).split("\n").at(-1), `curl -f --data-urlencode 'link=${LINK}' https://h.example/s/aaaqeayeaudaocaj`);
});

test("no name of a file stands in a message, which a chat keeps", () => {
  for (const files of [[file("logs/merger.pdf")], [file("merger.pdf"), file("b")]]) {
    const words = message(left({ files }));

    assert.match(words, / --no-clobber -o \.\/opened --data-urlencode /);
    assert.ok(!words.includes("merger"), words);
  }
});

test("a password is read from the keyboard, and stands nowhere", () => {
  const words = message(left({ text: "x", password: "harvest-velvet-sixty-moss" }));

  assert.match(words, / --data-urlencode password@- /);
  assert.match(words, /It asks for a password/);
  assert.ok(!words.includes("harvest"));
});

test("the message says how often and until when, with its year and zone", () => {
  assert.match(message(left({ text: "x" })), /It opens once, until Friday,? 27 November 2026 at .*\d\d:03:00 \S+\./);
  assert.match(message(left({ text: "x", opens: 3 })), /It opens 3 times in all, until /);
});
