// Which refusals are waited for, how long, and what a page hears of it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiRefusal, Offline } from "../../../frontend/api.ts";
import type { Report } from "../../../frontend/messages.ts";
import { Line, passes, pauseSeconds, tryNow } from "../../../frontend/transfer/line.ts";

function refused(code: string, retryAfterSeconds?: number, status = 503): ApiRefusal {
  const refusal = { code, message: "" };
  return new ApiRefusal(retryAfterSeconds === undefined ? refusal : { ...refusal, retryAfterSeconds }, status);
}

/** A line, what it said, and a call that fails with each of *errors* before it is answered. */
function onALine(...errors: unknown[]) {
  const said: Report[] = [];
  const stop = new AbortController();
  const call = async () => {
    if (errors.length) throw errors.shift();
    return "answered";
  };
  return { line: new Line(stop.signal, (report) => said.push(report)), said, stop, call, errors };
}

test("no line, a busy server and a proxy's own trouble pass; everything else is final", () => {
  for (const code of ["too_many", "busy", "database_away", "store_away", "part_busy"]) assert.ok(passes(refused(code)));
  for (const status of [408, 425, 429, 500, 502, 503, 504]) assert.ok(passes(refused(`http_${status}`, 0, status)));
  assert.ok(passes(new Offline()));

  for (const code of ["unknown", "gone", "lease_over", "wrong_password", "store_full", "blob_missing", "broken"]) {
    assert.ok(!passes(refused(code)), code);
  }
  for (const status of [200, 404, 413]) assert.ok(!passes(refused(`http_${status}`, 0, status)));
  assert.ok(!passes(new Error("a fault of ours")));
});

test("pauses grow from a quarter of a second to half a minute, never shorter than the server asks", () => {
  const offline = new Offline();
  assert.equal(pauseSeconds(0, offline, 0), 0.25);
  assert.equal(pauseSeconds(0, offline, 1), 0.5);
  assert.equal(pauseSeconds(3, offline, 1), 4);
  assert.equal(pauseSeconds(50, offline, 1), 30);

  assert.equal(pauseSeconds(0, refused("busy", 7), 1), 7);
  assert.equal(pauseSeconds(50, refused("busy", 7), 1), 30);
});

test("a call is repeated until it is answered, and the page hears of both", async () => {
  const { line, said, call } = onALine(new Offline(), refused("busy", 0));

  assert.equal(await line.persist(call), "answered");

  assert.deepEqual(said, [
    { report: "waiting", why: "offline", seconds: 1 },
    { report: "waiting", why: "busy", seconds: 1 },
    { report: "going-on" },
  ]);
});

test("one busy part is no standstill", async () => {
  const { line, said, call } = onALine(refused("part_busy"));

  await line.persist(call);

  assert.deepEqual(said, []);
});

test("a final refusal ends it at once", async () => {
  const { line, said, call } = onALine(refused("gone"));

  await assert.rejects(line.persist(call), ApiRefusal);
  assert.deepEqual(said, []);
});

test("a wait beyond the patience is a refusal", async () => {
  const { line, call } = onALine(refused("too_many", 121));

  await assert.rejects(line.persist(call, 120), ApiRefusal);
});

test("somebody who asks to try now does not wait", async () => {
  const { line, call, errors } = onALine(refused("busy", 3600));

  const answered = line.persist(call);
  setTimeout(tryNow, 10);

  assert.equal(await answered, "answered");
  assert.deepEqual(errors, []);
});

test("a stop ends the wait", async () => {
  const { line, call, stop } = onALine(refused("busy", 3600));

  const answered = line.persist(call);
  setTimeout(() => stop.abort(new Error("enough")), 10);

  await assert.rejects(answered, { message: "enough" });
});
