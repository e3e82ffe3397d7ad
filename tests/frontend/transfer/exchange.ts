// A server of the exchange that answers what a test says, and a sealed share for it to hold.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";

import type { FetchOrder, Half, Sink } from "../../../frontend/messages.ts";
import type { Bytes } from "../../../frontend/sealing/bytes.ts";
import { b64 } from "../../../frontend/sealing/encoding.ts";
import { type Metadata, sealMetadata } from "../../../frontend/sealing/envelope.ts";
import * as keys from "../../../frontend/sealing/keys.ts";
import { Link } from "../../../frontend/sealing/links.ts";
import { seal } from "../../../frontend/sealing/stream.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Every request since `begin`, as "GET blob": the method, and the last word of the path ("" for the share). */
export let asked: string[] = [];

let answers: Record<string, Answer> = {};
const server = createServer(async (request, response) => {
  for await (const _ of request);
  const call = `${request.method} ${/^\/api\/v1\/shares(?:\/[a-z2-7]{16})?\/?(.*)$/.exec(request.url ?? "")?.[1]}`;
  asked.push(call);
  (answers[call] ?? says(404, { code: "unknown", message: "" }))(request, response);
});
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
Object.assign(globalThis, { location: { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } });
after(() => {
  server.closeAllConnections();
  server.close();
});

export function begin(given: Record<string, Answer>): void {
  answers = given;
  asked = [];
}

export function says(status: number, body: object = {}): Answer {
  return (_, response) => response.writeHead(status).end(JSON.stringify(body));
}

/** No answer comes: the line breaks. */
export const breaks: Answer = (request) => void request.socket.destroy();

export const READY = { state: "ready", size: 0, kdf: 1, attempts_left: 5, claims_left: 1, max_claims: 1, ended_at: null };

/** A share whose contents are *plain*, as its claimant has it. */
export async function aShare(plain: Bytes, metadata: Metadata, sink: Sink): Promise<{ order: FetchOrder; blob: Bytes }> {
  const [id, secret, fileKey] = [keys.newId(), keys.newSecret(), keys.newFileKey()];
  async function* pieces() {
    yield plain;
  }
  const sealed: Bytes[] = [];
  for await (const piece of seal(pieces(), fileKey)) sealed.push(piece);
  const blob = new Uint8Array(await new Blob(sealed).arrayBuffer());
  const half: Half = {
    wrappedKey: b64(await keys.wrap(fileKey, secret, id)),
    meta: b64(await sealMetadata(metadata, fileKey)),
    size: blob.length,
    kdf: keys.KDF_NONE,
    leaseExpiresAt: new Date(Date.now() + 900_000).toISOString(),
  };
  const link = new Link("https://h", "share", id, secret).url;
  const leaseSecret = b64(keys.newLeaseSecret());
  return { order: { order: "fetch", link, password: null, leaseSecret, half, sink }, blob };
}
