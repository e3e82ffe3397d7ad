// Payload cases that others made (tests/vectors/cctv): opened or refused as age does.
import assert from "node:assert/strict";
import { test } from "node:test";

import { aead } from "../../../frontend/sealing/aead.ts";
import { concat, utf8, type Bytes } from "../../../frontend/sealing/bytes.ts";
import { EnvelopeDamaged } from "../../../frontend/sealing/errors.ts";
import { derive } from "../../../frontend/sealing/keys.ts";
import { NONCE_BYTES, openStream, SEALED_CHUNK_BYTES, TAG_BYTES } from "../../../frontend/sealing/stream.ts";
import cases from "../../vectors/cctv/payloads.json";
import { drained, inPieces, isPrefix, sha256, unhex } from "./vectors.ts";

async function payloadOf(packed: string): Promise<Bytes> {
  const deflated = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const inflated = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(inflated).arrayBuffer());
}

/** What age itself gives out: a full chunk is opened at once, as not the last, else as the last. */
async function releasedByAHastyReader(payload: Bytes, fileKey: Bytes): Promise<Bytes> {
  const cipher = await aead(await derive(fileKey, payload.slice(0, NONCE_BYTES), utf8("payload")));
  const released: Bytes[] = [];
  for (const [index, chunk] of inPieces(payload.slice(NONCE_BYTES), SEALED_CHUNK_BYTES).entries()) {
    const room = new Uint8Array(Math.max(0, chunk.length - TAG_BYTES));
    const opens = (last: number) => {
      const nonce = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, index, last);
      return chunk.length < TAG_BYTES ? false : cipher.open(nonce, chunk, room);
    };
    const goesOn = chunk.length === SEALED_CHUNK_BYTES && (await opens(0));
    if (goesOn || (await opens(1))) released.push(room);
    if (!goesOn) break;
  }
  return concat(...released);
}

test("all payload cases of age are here", () => {
  assert.equal(cases.filter((known) => known.payload_bytes >= NONCE_BYTES).length, 37);
  assert.equal(cases.filter((known) => known.expect === "open").length, 19);
});

for (const known of cases) {
  test(`a payload case of age is to ${known.expect}: ${known.name}`, async () => {
    const [payload, fileKey] = [await payloadOf(known.payload_zlib), unhex(known.file_key)];
    assert.equal(payload.length, known.payload_bytes);

    const { released, error } = await drained(openStream(inPieces(payload, 5000), fileKey));

    if (known.expect === "open") {
      assert.equal(error, null);
      assert.equal(await sha256(released), known.released_sha256);
      return;
    }
    assert.ok(error instanceof EnvelopeDamaged, String(error));
    const allowed = await releasedByAHastyReader(payload, fileKey);
    assert.equal(await sha256(allowed), known.released_sha256);
    assert.ok(isPrefix(released, allowed));
  });
}
