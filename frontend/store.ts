// The store of the bytes, where the server sends this browser to it (docs/envelope.md, "Past the server"): a stranger,
// who gets no token, no cookie and no referrer.

import { type Upload, uploaded } from "./upload.ts";

/** A store that does not answer so long, though the server does, lies behind a wall. */
const STORE_STILL_MS = 15_000;

/** An address of the store, for one request. Nobody else may see it. */
export interface Leave {
  url: string;
  headers: Record<string, string>;
}

export interface RangeLeave extends Leave {
  start: number;
  stop: number;
}

/** The store did not do what the server gave leave for. `isWall`: it could not even be reached. */
export class NoWay extends Error {
  constructor(readonly isWall: boolean) {
    super();
  }
}

/** Sends the store what *leave* is for. Raises NoWay. */
export async function putPast(leave: Leave, bytes: Uint8Array<ArrayBuffer>, upload: Upload): Promise<void> {
  let hasMoved = false;
  const onProgress = (sentBytes: number) => {
    hasMoved ||= sentBytes > 0;
    upload.onProgress?.(sentBytes);
  };
  const asked = { ...upload, onProgress };
  const { status } = await uploaded(new URL(leave.url), leave.headers, bytes, asked, STORE_STILL_MS);
  if (status !== 200) throw new NoWay(!status && !hasMoved);
}

/** What the store gives for *leave*; the signal ends the call only until the body begins. Raises NoWay. */
export async function fetchPast(
  leave: RangeLeave,
  signal: AbortSignal | undefined,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const line = new AbortController();
  const cut = () => line.abort();
  const still = setTimeout(cut, STORE_STILL_MS);
  signal?.addEventListener("abort", cut);
  try {
    const { headers, url } = leave;
    const more = { credentials: "omit", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer" } as const;
    const response = await fetch(url, { headers, signal: line.signal, mode: "cors", ...more });
    const begins = /^bytes (\d+)-/.exec(response.headers.get("Content-Range") ?? "")?.[1];
    if (response.status === 206 && Number(begins) === leave.start && response.body) return response.body;
    throw new NoWay(false);
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof NoWay ? error : new NoWay(true);
  } finally {
    clearTimeout(still);
    signal?.removeEventListener("abort", cut);
  }
}
