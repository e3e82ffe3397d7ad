// When the way past the server is given up, and when it is tried once more.
import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiRefusal, Offline } from "../../../frontend/api.ts";
import { NoWay } from "../../../frontend/store.ts";
import { Direct } from "../../../frontend/transfer/direct.ts";

const LEAVE = { url: "https://s3.example.org/x", headers: {} };
const NOT_DIRECT = new ApiRefusal({ code: "not_direct", message: "" }, 409);

/** What *send* did of a part that is there after so many of *puts*, each of which fails by its error or not. */
async function sent(direct: Direct, puts: (Error | null)[], isThereAfter = puts.length) {
  let asks = 0;
  let done = 0;
  const isSent = await direct.send(
    async () => (asks++ >= isThereAfter ? null : LEAVE),
    async () => {
      const error = puts[done++];
      if (error) throw error;
    },
  );
  return { isSent, done, isOpen: direct.isOpen };
}

test("a part is sent once, and asked for again", async () => {
  assert.deepEqual(await sent(new Direct(true), [null]), { isSent: true, done: 1, isOpen: true });
});

test("a part that is there is not sent", async () => {
  assert.deepEqual(await sent(new Direct(true), []), { isSent: true, done: 0, isOpen: true });
});

test("leave that was over is asked for anew", async () => {
  assert.deepEqual(await sent(new Direct(true), [new NoWay(false), null]), { isSent: true, done: 2, isOpen: true });
});

test("a part whose answer was lost is there all the same", async () => {
  assert.deepEqual(await sent(new Direct(true), [new NoWay(false)]), { isSent: true, done: 1, isOpen: true });
});

test("two tries that bring nothing are enough", async () => {
  assert.deepEqual(await sent(new Direct(true), [null, null], 9), { isSent: false, done: 2, isOpen: false });
});

test("a wall is seen at the first try, where nothing ever went through", async () => {
  assert.deepEqual(await sent(new Direct(true), [new NoWay(true)], 9), { isSent: false, done: 1, isOpen: false });

  const direct = new Direct(true);
  await sent(direct, [null]);
  assert.deepEqual(await sent(direct, [new NoWay(true), null]), { isSent: true, done: 2, isOpen: true });
});

test("a server that offers no such way is not asked again", async () => {
  const direct = new Direct(true);
  const ask = async () => {
    throw NOT_DIRECT;
  };
  assert.equal(await direct.send(ask, async () => {}), false);
  assert.equal(await direct.leave(ask), undefined);
  assert.equal(direct.isOpen, false);
});

test("a line to the server that breaks is no fault of the store", async () => {
  const direct = new Direct(true);
  const ask = async () => {
    throw new Offline();
  };
  await assert.rejects(direct.leave(ask), Offline);
  await assert.rejects(direct.send(ask, async () => {}), Offline);
  assert.equal(direct.isOpen, true);
});

test("reading gives up after two answers that broke, with nothing between them", () => {
  const direct = new Direct(true);
  const now = performance.now();
  direct.ended(now, false);
  direct.moves();
  direct.ended(now, false);
  assert.equal(direct.isOpen, true);
  direct.ended(now, false, true);
  assert.equal(direct.isOpen, false);
});

test("reading gives up where it is slower than a lease may last", () => {
  const direct = new Direct(true);
  direct.ended(performance.now() - 121_000, true);
  assert.equal(direct.isOpen, false);
});
