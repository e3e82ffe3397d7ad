// A share that is left is handed to its sender, whatever the server forgot to say of it.
import "../sealing/lazies.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Report, SendOrder } from "../../../frontend/messages.ts";
import { send } from "../../../frontend/transfer/send.ts";
import { begin, says } from "./exchange.ts";

const ORDER: SendOrder = {
  order: "send",
  files: [],
  text: "a text",
  password: null,
  lifetimeSeconds: 3600,
  opens: 1,
  hidesSize: false,
  publicUrl: "https://h",
  account: null,
};

for (const expires_at of [null, "soon", undefined]) {
  test(`a link is said, though the server says it ends at ${expires_at}`, async () => {
    const said: Report[] = [];
    begin({ "POST ": says(201, { state: "ready", expires_at, part_size: null, parts: null }) });

    await send(ORDER, (report) => said.push(report), new AbortController().signal);

    const sealed = said.find(({ report }) => report === "sealed") as Extract<Report, { report: "sealed" }>;
    const inSeconds = (Date.parse(sealed.expiresAt) - Date.now()) / 1000;
    assert.ok(inSeconds > 3500 && inSeconds <= 3600);
  });
}
