// An export is made once: the file that a first one saves from is never written again.
import "../sealing/lazies.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Report } from "../../../frontend/messages.ts";
import type { Metadata } from "../../../frontend/sealing/envelope.ts";
import { newFileKey, newSecret } from "../../../frontend/sealing/keys.ts";
import { exported } from "../../../frontend/transfer/export.ts";
import type { Opened } from "../../../frontend/transfer/receive.ts";

const ONE: Metadata = { kind: "files", files: [{ name: "a", type: "", size: 3 }], by: "client", note: null };

for (const as of ["zip", "age"] as const) {
  test(`a second .${as} is the first one`, async () => {
    const said: Report[] = [];
    const whole = new Blob(["one"]);
    const opened: Opened = { id: "id", metadata: ONE, fileKey: newFileKey(), nonce: newSecret(), whole, plainBytes: 3, exports: {} };
    const order = { order: "export", as } as const;

    for (let n = 0; n < 2; n++) {
      await exported(order, opened, (report) => said.push(report), new AbortController().signal);
    }

    const [first, second] = said as Extract<Report, { report: "exported" }>[];
    assert.equal(first!.name, `${as === "zip" ? "files" : "a"}.${as}`);
    assert.equal(second!.blob, first!.blob);
    assert.equal(second!.identity, first!.identity);
  });
}
