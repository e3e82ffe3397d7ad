// Takes a share, or takes and ends it at once with nothing fetched.

import * as api from "../api.ts";
import type { ClaimOrder, DestroyOrder, Half, Report } from "../messages.ts";
import { isNative } from "../sealing/aead.ts";
import { b64, encode, unb64 } from "../sealing/encoding.ts";
import { linkToken, verifier } from "../sealing/keys.ts";
import { load } from "../sealing/lazy.ts";
import { parse } from "../sealing/links.ts";
import type { Guard } from "./guard.ts";
import { Line, PATIENCE_SECONDS } from "./line.ts";
import { Trouble } from "./trouble.ts";

type Say = (report: Report) => void;

/** Carries the order out, to its report `claimed`. Asking again with the same lease secret is harmless. */
export async function claim(order: ClaimOrder, guard: Guard, say: Say, signal: AbortSignal): Promise<void> {
  // What will open it is here before it is taken: it may be fetched now, and perhaps not a moment later.
  if (!(await isNative())) await load("aead");
  say({ report: "claimed", half: await taken(order, guard, say, new Line(signal, say)) });
}

/** Carries the order out, to its report `destroyed`. */
export async function destroy(order: DestroyOrder, guard: Guard, say: Say, signal: AbortSignal): Promise<void> {
  const line = new Line(signal, say);
  await taken(order, guard, say, line);
  const link = parse(order.link);
  const id = encode(link.shareId);
  await line.persist(() => api.burn(id, { token: unb64(order.leaseSecret), signal }));
  say({ report: "destroyed", ...(await end(id, await linkToken(link.secret, link.shareId), line)) });
}

/** When the share ended (null: it has not, others may open it still), and how often it can be opened. */
export async function end(id: string, token: Uint8Array, line: Line): Promise<{ at: string | null; claimsLeft: number }> {
  const { state, endedAt, claimsLeft } = await line.persist(() => api.status(id, { token, signal: line.signal }));
  return { at: state === "burned" ? endedAt : null, claimsLeft };
}

async function taken(order: ClaimOrder | DestroyOrder, guard: Guard, say: Say, line: Line): Promise<Half> {
  const link = parse(order.link);
  const keys = await guard.keys(link, order.password, say);
  const token = await linkToken(link.secret, link.shareId);
  const body = {
    leaseVerifier: b64(await verifier(unb64(order.leaseSecret))),
    ...(keys && { passwordToken: b64(keys.token) }),
  };
  const lease = await leased(encode(link.shareId), body, token, line);
  guard.proven();
  const { wrappedKey, meta, size, kdf, leaseExpiresAt, blob, direct } = lease;
  if (wrappedKey === null || meta === null) {
    if (order.order === "claim") throw new Trouble("half_gone", "The server no longer has its half of the key.");
    return { wrappedKey: "", meta: "", size, kdf, leaseExpiresAt };
  }
  return { wrappedKey, meta, size, kdf, leaseExpiresAt, ...(direct && { direct }), ...(blob !== null && { blob }) };
}

/** One claim is one try: when the answer is lost, the tries left tell whether it was a no, before it is repeated. */
async function leased(id: string, body: api.ClaimBody, token: Uint8Array, line: Line): Promise<api.Lease> {
  const ask = { token, signal: line.signal };
  if (body.passwordToken === undefined) return line.persist(() => api.claim(id, body, ask), PATIENCE_SECONDS);
  const before = await line.persist(() => api.status(id, ask), PATIENCE_SECONDS);
  let isRepeated = false;
  return line.persist(async () => {
    if (isRepeated) {
      const { state, attemptsLeft } = await api.status(id, ask);
      if (state === "ready" && attemptsLeft < before.attemptsLeft) {
        throw new Trouble("wrong_password", "That is not the password.", { attemptsLeft });
      }
    }
    isRepeated = true;
    return api.claim(id, body, ask);
  }, PATIENCE_SECONDS);
}
