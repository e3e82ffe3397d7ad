// The calls of the exchange, against a server that answers what a test says.
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";

import * as api from "../../frontend/api.ts";

const TOKEN = new Uint8Array(32).fill(255);
const ID = "aaaqeayeaudaocaj";

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let answer: Answer = () => {};
const server = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  answer(request, response, body);
});
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
Object.assign(globalThis, { location: { origin } });
after(() => {
  server.closeAllConnections();
  server.close();
});

function says(status: number, body: string, headers: Record<string, string> = {}): void {
  answer = (_, response) => response.writeHead(status, headers).end(body);
}

async function refusal(call: Promise<unknown>): Promise<object> {
  const error = await call.then(
    () => assert.fail("it was not refused"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof api.ApiRefusal, String(error));
  return error.refusal;
}

test("names are in camel case here and in snake case there, tokens in the one header", async () => {
  let asked = "";
  answer = (request, response, body) => {
    asked = `${request.method} ${request.url} ${request.headers.authorization} ${body}`;
    response.end('{"wrapped_key":null,"meta":null,"size":32,"kdf":0,"lease_expires_at":"2026","blob":null}');
  };

  const lease = await api.claim(ID, { leaseVerifier: "l", passwordToken: "p" }, { token: TOKEN });

  assert.equal(lease.leaseExpiresAt, "2026");
  const bearer = `Bearer ${"_".repeat(42)}8`;
  const body = '{"lease_verifier":"l","password_token":"p"}';
  assert.equal(asked, `POST /api/v1/shares/${ID}/claim ${bearer} ${body}`);
});

test("a refusal keeps its code and what belongs to it", async () => {
  says(403, '{"code":"wrong_password","message":"No.","attempts_left":4}');

  const refused = await refusal(api.claim(ID, { leaseVerifier: "l" }, { token: TOKEN }));

  assert.deepEqual(refused, { code: "wrong_password", message: "No.", attemptsLeft: 4 });
});

test("a refusal says how long to wait", async () => {
  says(503, '{"code":"busy","message":"Wait.","retry_after":7}', { "Retry-After": "7" });

  assert.deepEqual(await refusal(api.status(ID, { token: TOKEN })), {
    code: "busy",
    message: "Wait.",
    retryAfterSeconds: 7,
  });
});

test("what a proxy answers is a refusal by its number", async () => {
  says(502, "<h1>Bad gateway</h1>", { "Retry-After": "30" });
  const refused = { code: "http_502", message: "The server answered 502.", retryAfterSeconds: 30 };
  assert.deepEqual(await refusal(api.status(ID, { token: TOKEN })), refused);

  says(200, "<h1>Sign in to this network</h1>");
  assert.deepEqual(await refusal(api.status(ID, { token: TOKEN })), {
    code: "http_200",
    message: "The server answered 200.",
  });
});

test("a line that breaks, or leads elsewhere, is no answer", async () => {
  answer = (request) => request.socket.destroy();
  await assert.rejects(api.status(ID, { token: TOKEN }), api.Offline);

  says(302, "", { Location: "/elsewhere" });
  await assert.rejects(api.status(ID, { token: TOKEN }), api.Offline);

  answer = (_, response) => {
    response.writeHead(200, { "Content-Length": "100" }).write("{");
    setTimeout(() => response.destroy(), 20);
  };
  await assert.rejects(api.status(ID, { token: TOKEN }), api.Offline);
});

test("a call that is stopped says why, and nothing else", async () => {
  const stop = new AbortController();
  answer = () => stop.abort(new Error("enough"));

  await assert.rejects(api.burn(ID, { token: TOKEN, signal: stop.signal }), { message: "enough" });
  await assert.rejects(api.burn(ID, { token: TOKEN, signal: stop.signal }), { message: "enough" });
});

test("a blob begins where it was asked to begin, or is refused", async () => {
  let range: string | undefined;
  answer = (request, response) => {
    range = request.headers.range;
    response.writeHead(206, { "Content-Range": "bytes 16-19/20" }).end("abcd");
  };

  const body = await api.fetchBlob(ID, { start: 16 }, { token: TOKEN });
  assert.equal(await new Response(body).text(), "abcd");
  assert.equal(range, "bytes=16-");

  await refusal(api.fetchBlob(ID, { start: 17, stop: 20 }, { token: TOKEN }));
  assert.equal(range, "bytes=17-19");
});

test("where nobody heeds the range the first bytes are passed over, but neither a page nor half a blob", async () => {
  const bytes = { "Content-Type": "application/octet-stream" };
  says(200, "16 bytes of noncethe rest", bytes);
  const body = await api.fetchBlob(ID, { start: 17 }, { token: TOKEN });
  assert.equal(await new Response(body).text(), "the rest");

  await refusal(api.fetchBlob(ID, { start: 65_553 }, { token: TOKEN }));
  says(200, "<h1>Sign in to this network</h1>", { "Content-Type": "text/html" });
  await refusal(api.fetchBlob(ID, { start: 0 }, { token: TOKEN }));
});
