// Where there is no folder for what was opened, it goes into the memory, as far as that goes.
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Metadata } from "../../../frontend/sealing/envelope.ts";
import { keeperFor } from "../../../frontend/transfer/sinks.ts";

const never = new AbortController().signal;

// Node has no such folder at all.
function keeper(size: number) {
  const metadata: Metadata = { kind: "files", files: [{ name: "a", type: "", size }], by: "client", note: null };
  return keeperFor({ to: "opfs" }, "id", metadata, never);
}

test("what has no folder is kept in memory", async () => {
  async function* plain() {
    yield Uint8Array.of(1, 2);
  }

  const whole = await (await keeper(2)).keep(plain(), 0);

  assert.equal(whole?.size, 2);
});

test("what has no folder and is too much for the memory has no room", async () => {
  await assert.rejects(keeper(256 * 1024 ** 2 + 1), { refusal: { code: "no_room", message: "This device has no room for it." } });
});
