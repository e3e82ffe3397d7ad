// What is opened is handed over first and destroyed after that; whatever ends before, ends nothing for good.
import "../sealing/lazies.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Report } from "../../../frontend/messages.ts";
import type { Metadata } from "../../../frontend/sealing/envelope.ts";
import { EnvelopeTruncated } from "../../../frontend/sealing/errors.ts";
import { Guard } from "../../../frontend/transfer/guard.ts";
import { receive } from "../../../frontend/transfer/receive.ts";
import { aShare, asked, begin, READY, says } from "./exchange.ts";

const PLAIN = new TextEncoder().encode("kept for you") as Uint8Array<ArrayBuffer>;
const ONE: Metadata = { kind: "files", files: [{ name: "a", type: "", size: PLAIN.length }], by: "client", note: null };

/** Long enough for a request that should not come. */
const soon = () => new Promise((resolve) => setTimeout(resolve, 200));

/** A picked file of which nothing is seen but when it is closed. */
function picked(close: () => void): FileSystemFileHandle {
  const writable = { write: async () => {}, abort: async () => {}, close: async () => close() };
  return { name: "picked", createWritable: async () => writable, getFile: async () => new Blob([PLAIN]) } as never;
}

function withBlob(blob: Uint8Array) {
  const burned = { ...READY, state: "burned", ended_at: "2026-01-01T00:00:00Z" };
  begin({
    "GET blob": (request, response) => {
      const [, start, stop] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
      const headers = { "Content-Range": `bytes ${start}-${blob.length - 1}/${blob.length}` };
      response.writeHead(206, headers).end(blob.subarray(Number(start), stop ? Number(stop) + 1 : blob.length));
    },
    "POST burn": (_, response) => response.writeHead(204).end(),
    "GET ": says(200, burned),
  });
}

test("what was opened is said, and then destroyed", async () => {
  const said: Report[] = [];
  const { order, blob } = await aShare(PLAIN, ONE, { to: "memory" });
  withBlob(blob);

  await new Promise<void>((burned) => {
    const say = (report: Report) => {
      said.push(report);
      if (report.report === "burned") burned();
    };
    void receive(order, new Guard(), say, new AbortController().signal);
  });

  const opened = said.find(({ report }) => report === "opened") as Extract<Report, { report: "opened" }>;
  assert.equal(await opened.files[0]!.blob.text(), "kept for you");
  assert.ok(asked.indexOf("GET blob") < asked.indexOf("POST burn"));
});

test("contents that are more than the blob can hold are refused before it is fetched", async () => {
  const more = { ...ONE, files: [{ name: "a", type: "", size: PLAIN.length + 1 }] };
  const { order, blob } = await aShare(PLAIN, more, { to: "memory" });
  withBlob(blob);

  await assert.rejects(receive(order, new Guard(), () => {}, new AbortController().signal), EnvelopeTruncated);

  assert.deepEqual(asked, []);
});

test("a proxy that knows no ranges is lived with", async () => {
  const { order, blob } = await aShare(PLAIN, ONE, { to: "memory" });
  withBlob(blob);
  const whole = { "Content-Type": "application/octet-stream" };
  begin({ "GET blob": (_, response) => response.writeHead(200, whole).end(blob) });

  const { whole: opened } = await receive(order, new Guard(), () => {}, new AbortController().signal);

  assert.equal(await opened!.text(), "kept for you");
});

test("a stop while the last of it is put away destroys nothing", async () => {
  const stop = new AbortController();
  const { order, blob } = await aShare(PLAIN, ONE, { to: "file", handle: picked(() => stop.abort()) });
  withBlob(blob);

  await assert.rejects(receive(order, new Guard(), () => {}, stop.signal), { name: "AbortError" });
  await soon();

  assert.ok(asked.includes("GET blob"));
  assert.ok(!asked.includes("POST burn"));
});
