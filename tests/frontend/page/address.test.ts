// The link in the address bar, and one that was pasted.

import assert from "node:assert/strict";
import { test } from "node:test";

import { lead, read } from "../../../frontend/page/address.ts";

const LINK = "https://h/s/aaaqeayeaudaocaj#1caireeyuculbogazdinryhi6d4";
const STUB = LINK.replace("/s/", "/m/");

test("a whole link is read, whatever a message left around it", () => {
  for (const text of [LINK, ` ${LINK}\n`, `${LINK}.`, `${LINK})`, `${LINK}”,`]) {
    const address = read(text, "share");
    assert.ok(typeof address === "object", text);
    assert.equal(address.link.url, LINK);
  }
});

test("a link without its end, or with part of it, is cut", () => {
  for (const text of [LINK.split("#")[0]!, `${LINK.split("#")[0]}#`, LINK.slice(0, -1), `${LINK}a`, LINK.slice(0, -1) + "b", ""]) {
    assert.equal(read(text, "share"), "cut", text);
  }
});

test("a link of a later version says so", () => {
  assert.equal(read(LINK.replace("#1", "#2"), "share"), "newer");
});

test("the other link of a share is not this page's", () => {
  assert.equal(read(STUB, "share"), "cut");
  assert.ok(typeof read(STUB, "manage") === "object");
});

test("a long letter is read as quickly as a link", () => {
  const begun = performance.now();

  assert.equal(read(`${"-".repeat(100_000)}x`, "share"), "cut");

  assert.ok(performance.now() - begun < 1000);
});

test("a pasted link leads to its page here, and to another site only by name", () => {
  assert.deepEqual(lead(`<${LINK}>`.slice(1), "https://h"), { here: LINK });
  assert.deepEqual(lead(STUB, "https://h"), { here: STUB });
  assert.deepEqual(lead(LINK.replace("#1", "#2"), "https://h"), { here: LINK.replace("#1", "#2") });
  assert.deepEqual(lead(LINK, "https://other"), { elsewhere: LINK });
  assert.deepEqual(lead(LINK, "http://h"), { elsewhere: LINK });
  assert.equal(lead(LINK.slice(0, -1), "https://h"), "cut");
});
