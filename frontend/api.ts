// The calls of the exchange (docs/envelope.md, "The exchange"): JSON, bearer tokens, no cookies.

import { ours } from "./base.ts";
import type { Refusal } from "./messages.ts";
import { b64 } from "./sealing/encoding.ts";
import type { Leave, RangeLeave } from "./store.ts";
import { STILL_MS, type Upload, uploaded } from "./upload.ts";

/** A token, and what ends the call. `id` is the share's id as it stands in a link. */
export interface Ask {
  token: Uint8Array;
  signal?: AbortSignal | undefined;
}

export interface Deposit {
  id: string;
  kdf: number;
  size: number;
  linkVerifier: string;
  passwordVerifier?: string;
  manageVerifier: string;
  wrappedKey: string;
  meta: string;
  expiresIn: number;
  maxClaims: number;
  blob?: string;
}

export interface Deposited {
  state: string;
  expiresAt: string | null;
  /** While uploading: bytes of each part but the last, and how many there are. */
  partSize: number | null;
  parts: number | null;
  /** Whether parts may go past the server. Not said by servers that know no such way. */
  direct?: boolean;
}

export interface Status {
  state: string;
  size: number;
  kdf: number;
  attemptsLeft: number;
  claimsLeft: number;
  maxClaims: number;
  expiresAt: string | null;
  openedAt: string | null;
  endedAt: string | null;
  secondsLeft: number | null;
}

export interface Receipt extends Status {
  id: string;
  createdAt: string;
  attempts: number;
  unlocksLeft: number;
  fetchingUntil: string | null;
  events: { what: string; at: string }[];
}

export interface ClaimBody {
  leaseVerifier: string;
  passwordToken?: string;
}

export interface Lease {
  /** Null once the claimant has begun to fetch. */
  wrappedKey: string | null;
  meta: string | null;
  size: number;
  kdf: number;
  leaseExpiresAt: string;
  blob: string | null;
  /** Whether the blob may be read past the server. */
  direct?: boolean;
}

/** The server said no, or not now. */
export class ApiRefusal extends Error {
  constructor(
    readonly refusal: Refusal,
    readonly status: number,
  ) {
    super(refusal.code);
  }
}

/** No answer came: no line, or it broke, or nothing moved for a minute. */
export class Offline extends Error {}

const PASSED_OVER_BYTES = 64 * 1024;

const ROOT = ours("/api/v1/shares");

/** Repeating the same deposit is harmless; another one under the same id is refused. *account*: a token that proves
 * whose share it shall be; without one it is a stranger's. */
export function create(deposit: Deposit, account: string | null, signal?: AbortSignal): Promise<Deposited> {
  return json(ROOT, { body: deposit, signal, ...(account && { headers: { Authorization: `Bearer ${account}` } }) });
}

export function complete(id: string, ask: Ask): Promise<Deposited> {
  return json(`${ROOT}/${id}/complete`, { ...ask, method: "POST" });
}

/** What the link's holder may know. Changes nothing. */
export function status(id: string, ask: Ask): Promise<Status> {
  return json(`${ROOT}/${id}`, ask);
}

export function claim(id: string, body: ClaimBody, ask: Ask): Promise<Lease> {
  return json(`${ROOT}/${id}/claim`, { ...ask, body });
}

/** With the lease secret: received. With the manage token: revoked. Repeatable. */
export function burn(id: string, ask: Ask): Promise<void> {
  return answer(`${ROOT}/${id}/burn`, { ...ask, method: "POST" }, () => undefined);
}

export function receipt(id: string, ask: Ask): Promise<Receipt> {
  return json(`${ROOT}/${id}/receipt`, ask);
}

export function unlock(id: string, ask: Ask): Promise<Receipt> {
  return json(`${ROOT}/${id}/unlock`, { ...ask, method: "POST" });
}

/** The sealed bytes from *start* up to *stop* (without it, and where a proxy drops the Range, to the end),
 * under the lease secret. The signal
 * ends the call only until the body begins; who reads the body cancels it. */
export function fetchBlob(
  id: string,
  range: { start: number; stop?: number },
  ask: Ask,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const headers: Record<string, string> = { Range: `bytes=${range.start}-${range.stop ? range.stop - 1 : ""}` };
  return answer(`${ROOT}/${id}/blob`, { ...ask, headers }, (response) => {
    const begins = /^bytes (\d+)-/.exec(response.headers.get("Content-Range") ?? "")?.[1];
    if (Number(begins) === range.start && response.body) return response.body;
    // A proxy that drops the Range gives all bytes: its pages are no blob, and most of one is not passed over.
    const isWhole = response.status === 200 && response.headers.get("Content-Type") === "application/octet-stream";
    if (!isWhole || range.start > PASSED_OVER_BYTES || !response.body) throw unreadable(response.status);
    return response.body.pipeThrough(without(range.start));
  });
}

/** Drops the first *bytes*. */
function without(bytes: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let missing = bytes;
  return new TransformStream({
    transform(piece, out) {
      if (piece.length > missing) out.enqueue(piece.subarray(missing));
      missing = Math.max(0, missing - piece.length);
    },
  });
}

/** Leave to send part *n* past the server; null: it is there. */
export async function signPart(id: string, n: number, digest: Uint8Array, ask: Ask): Promise<Leave | null> {
  const body = { digest: b64(digest) };
  const leave = await json<Leave & { url: string | null }>(`${ROOT}/${id}/parts/${n}/direct`, { ...ask, body });
  return leave.url === null ? null : leave;
}

/** Leave to read bytes of the blob past the server, from *start* on, perhaps not all of them. */
export function signRange(id: string, range: { start: number; stop: number }, ask: Ask): Promise<RangeLeave> {
  return json(`${ROOT}/${id}/blob/direct`, { ...ask, body: range });
}

/** Sends part *n*. */
export async function putPart(
  id: string,
  n: number,
  bytes: Uint8Array<ArrayBuffer>,
  digest: Uint8Array,
  ask: Ask & Upload,
): Promise<void> {
  const headers = {
    Authorization: `Bearer ${b64(ask.token)}`,
    "Repr-Digest": `sha-256=:${btoa(String.fromCharCode(...digest))}:`,
  };
  const request = await uploaded(new URL(`${ROOT}/${id}/parts/${n}`, location.origin), headers, bytes, ask, STILL_MS);
  if (!request.status) throw new Offline();
  if (request.status !== 204) {
    throw refused(request.status, request.responseText, request.getResponseHeader("Retry-After"));
  }
}

interface Call {
  token?: Uint8Array;
  method?: string;
  body?: object;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

function json<T>(path: string, call: Call): Promise<T> {
  return answer(path, call, async (response) => {
    const text = await response.text();
    try {
      return inCamelCase(JSON.parse(text)) as T;
    } catch {
      throw unreadable(response.status);
    }
  });
}

/** What *read* makes of the answer. Raises ApiRefusal, Offline, or the signal's reason. */
async function answer<T>(path: string, call: Call, read: (response: Response) => Promise<T> | T): Promise<T> {
  const line = new AbortController();
  const cut = () => line.abort();
  const still = setTimeout(cut, STILL_MS);
  call.signal?.addEventListener("abort", cut);
  try {
    call.signal?.throwIfAborted();
    const response = await fetch(new URL(path, location.origin), {
      method: call.method ?? (call.body ? "POST" : "GET"),
      headers: {
        ...call.headers,
        ...(call.token && { Authorization: `Bearer ${b64(call.token)}` }),
        ...(call.body && { "Content-Type": "application/json" }),
      },
      ...(call.body && { body: JSON.stringify(inSnakeCase(call.body)) }),
      signal: line.signal,
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
    });
    if (response.ok) return await read(response);
    throw refused(response.status, await response.text(), response.headers.get("Retry-After"));
  } catch (error) {
    call.signal?.throwIfAborted();
    throw error instanceof ApiRefusal ? error : new Offline();
  } finally {
    clearTimeout(still);
    call.signal?.removeEventListener("abort", cut);
  }
}

function refused(status: number, text: string, retryAfter: string | null): ApiRefusal {
  try {
    const { retryAfter: seconds, ...said } = inCamelCase(JSON.parse(text)) as Refusal & { retryAfter?: number };
    if (typeof said.code !== "string") return unreadable(status, retryAfter);
    return new ApiRefusal(seconds === undefined ? said : { ...said, retryAfterSeconds: seconds }, status);
  } catch {
    return unreadable(status, retryAfter);
  }
}

/** An answer that is not ours: a proxy's, as a rule. */
function unreadable(status: number, retryAfter: string | null = null): ApiRefusal {
  const seconds = Number.parseInt(retryAfter ?? "", 10);
  const refusal = { code: `http_${status}`, message: `The server answered ${status}.` };
  return new ApiRefusal(seconds >= 0 ? { ...refusal, retryAfterSeconds: seconds } : refusal, status);
}

function inCamelCase(value: object): object {
  return renamed(value, (key) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}

function inSnakeCase(value: object): object {
  return renamed(value, (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** Its own keys only: nothing that lies deeper in the exchange has a name of two words. */
function renamed(value: object, rename: (key: string) => string): object {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [rename(key), inner]));
}
