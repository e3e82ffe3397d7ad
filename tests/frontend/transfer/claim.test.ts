// A claim asks for nothing that it could not use, and one press pays for one try.
import { addresses } from "../sealing/lazies.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

import type { ClaimOrder, Report } from "../../../frontend/messages.ts";
import { b64 } from "../../../frontend/sealing/encoding.ts";
import { configure } from "../../../frontend/sealing/lazy.ts";
import * as keys from "../../../frontend/sealing/keys.ts";
import { Link } from "../../../frontend/sealing/links.ts";
import { claim } from "../../../frontend/transfer/claim.ts";
import { Guard } from "../../../frontend/transfer/guard.ts";
import { asked, begin, breaks, READY, says } from "./exchange.ts";

const LEASE = { wrapped_key: "", meta: "", size: 32, kdf: 1, lease_expires_at: "2026-01-01T00:00:00Z", blob: null };

function order(password: string | null): ClaimOrder {
  const link = new Link("https://h", "share", keys.newId(), keys.newSecret()).url;
  return { order: "claim", link, password, leaseSecret: b64(keys.newLeaseSecret()) };
}

async function claimed(password: string | null): Promise<Report | undefined> {
  const said: Report[] = [];
  await claim(order(password), new Guard(), (report) => said.push(report), new AbortController().signal);
  return said.at(-1);
}

/** One answer after the other, the last for good. */
function inTurn(...answers: Parameters<typeof begin>[0][string][]): Parameters<typeof begin>[0][string] {
  return (request, response) => (answers.length > 1 ? answers.shift() : answers[0])!(request, response);
}

test("what opens the share is here before the share is taken", async () => {
  begin({ "POST claim": says(200, LEASE) });
  configure({ aead: "file:///nowhere.js" });

  await assert.rejects(claimed(null));

  configure(addresses);
  assert.deepEqual(asked, []);
});

test("a claim without a password is repeated until it is answered", async () => {
  begin({ "POST claim": inTurn(breaks, says(200, LEASE)) });

  assert.equal((await claimed(null))?.report, "claimed");
  assert.deepEqual(asked, ["POST claim", "POST claim"]);
});

test("a wrong password whose answer was lost is not tried again", async () => {
  begin({ "GET ": inTurn(says(200, READY), says(200, { ...READY, attempts_left: 4 })), "POST claim": breaks });

  await assert.rejects(claimed("wrong"), { refusal: refusal(4) });

  assert.equal(asked.filter((call) => call === "POST claim").length, 1);
});

test("a password that never arrived is sent again", async () => {
  begin({ "GET ": says(200, READY), "POST claim": inTurn(breaks, says(200, LEASE)) });

  assert.equal((await claimed("right"))?.report, "claimed");
});

test("a right password whose answer was lost is answered once more", async () => {
  const gone = { ...READY, state: "claimed", claims_left: 0 };
  begin({ "GET ": inTurn(says(200, READY), says(200, gone)), "POST claim": inTurn(breaks, says(200, LEASE)) });

  assert.equal((await claimed("right"))?.report, "claimed");
});

function refusal(attemptsLeft: number) {
  return { code: "wrong_password", message: "That is not the password.", attemptsLeft };
}
