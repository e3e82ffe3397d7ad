// A stream cut into parts, and parts on their way: few at once, each once, ended by the first failure.
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Report } from "../../../frontend/messages.ts";
import { Buffers, inParts, sendAll } from "../../../frontend/transfer/parts.ts";
import { Progress } from "../../../frontend/transfer/progress.ts";

async function* pieces(...lengths: number[]) {
  let at = 0;
  for (const length of lengths) yield Uint8Array.from({ length }, () => at++);
}

async function partsOf(...lengths: number[]): Promise<number[][]> {
  const parts: number[][] = [];
  for await (const part of inParts(pieces(...lengths), new Buffers(4))) parts.push([...part]);
  return parts;
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

test("parts are full but for the last, whatever the pieces were", async () => {
  assert.deepEqual(await partsOf(1, 2, 3), [[0, 1, 2, 3], [4, 5]]);
  assert.deepEqual(await partsOf(9), [[0, 1, 2, 3], [4, 5, 6, 7], [8]]);
  assert.deepEqual(await partsOf(2, 0, 2), [[0, 1, 2, 3]]);
  assert.deepEqual(await partsOf(), [[]]);
});

test("a part stays as it is while the next ones are made", async () => {
  const parts: Uint8Array[] = [];

  for await (const part of inParts(pieces(9), new Buffers(4))) parts.push(part);

  assert.deepEqual(parts.map(([first]) => first), [0, 4, 8]);
});

test("a buffer is used again only after it was given back", () => {
  const buffers = new Buffers(4);
  const first = buffers.take();

  assert.notEqual(buffers.take(), first);
  buffers.give(first);
  assert.equal(buffers.take(), first);
});

test("parts of no bytes are refused, not made without end", () => {
  for (const bytes of [0, -1, Number.NaN]) assert.throws(() => new Buffers(bytes), RangeError);
});

test("three parts fly at once, and every part once", async () => {
  const sent: number[] = [];
  let flying = 0;
  let most = 0;

  await sendAll(inParts(pieces(37), new Buffers(4)), async (n) => {
    most = Math.max(most, ++flying);
    await soon();
    flying--;
    sent.push(n);
  });

  assert.equal(most, 3);
  assert.deepEqual(sent, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("the first failure ends it, and no further part begins", async () => {
  const begun: number[] = [];

  const sending = sendAll(inParts(pieces(80), new Buffers(4)), async (n) => {
    begun.push(n);
    await soon();
    if (n === 1) throw new Error("part 1 was refused");
  });

  await assert.rejects(sending, { message: "part 1 was refused" });
  await soon();
  assert.ok(begun.length <= 4, String(begun));
});

test("progress never goes back, and ends at the end", async () => {
  const said: Report[] = [];
  const progress = new Progress(20, (report) => said.push(report));

  for (const sentOfOne of [5, 0, 6]) {
    await new Promise((resolve) => setTimeout(resolve, 110));
    progress.part(0, 10);
    progress.part(1, sentOfOne);
  }
  progress.part(1, 10);

  const done = said.map((report) => (report.report === "progress" ? report.doneBytes : -1));
  assert.deepEqual(done, [...done].sort((a, b) => a - b));
  assert.equal(done.at(-1), 20);
});
