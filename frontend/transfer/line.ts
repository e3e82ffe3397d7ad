// The line to the server during one order: what to do when it is lost, or when the server asks to wait.

import { ApiRefusal, Offline } from "../api.ts";
import type { Report } from "../messages.ts";

/** Before anything was left or taken, a longer wait is a refusal, not a pause. */
export const PATIENCE_SECONDS = 120;

const FIRST_PAUSE_SECONDS = 0.5;
const LONGEST_PAUSE_SECONDS = 30;

/** Refusals that the same request outlives. */
const PASSING = new Set(["too_many", "busy", "database_away", "store_away", "part_busy", "retry_later"]);

/** Whether the same request may succeed later. */
export function passes(error: unknown): error is ApiRefusal | Offline {
  if (error instanceof Offline) return true;
  if (!(error instanceof ApiRefusal)) return false;
  const { code } = error.refusal;
  // A proxy's own answers: it waits for the server, or for us.
  const isProxys = code.startsWith("http_") && (error.status >= 500 || [408, 425, 429].includes(error.status));
  return isProxys || PASSING.has(code);
}

/** Growing, with jitter, so that many clients do not come back at once; never before the server said. */
export function pauseSeconds(tries: number, error: ApiRefusal | Offline, random = Math.random()): number {
  const growing = Math.min(FIRST_PAUSE_SECONDS * 2 ** tries, LONGEST_PAUSE_SECONDS);
  const jittered = growing * (0.5 + random / 2);
  return error instanceof ApiRefusal ? Math.max(jittered, error.refusal.retryAfterSeconds ?? 0) : jittered;
}

/** One for each order. Says `waiting` when nothing moves and `going-on` when it moves again. */
export class Line {
  private isWaiting = false;

  constructor(
    readonly signal: AbortSignal,
    private readonly say: (report: Report) => void,
  ) {}

  /** Repeats *call* until it is answered or finally refused. A wait the server asks for is not
   * taken when it is longer than *patienceSeconds*: then its refusal is final. */
  async persist<T>(call: () => Promise<T>, patienceSeconds = Number.POSITIVE_INFINITY): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        const answer = await call();
        this.moves();
        return answer;
      } catch (error) {
        if (!passes(error) || pauseSeconds(0, error) > patienceSeconds) throw error;
        await this.pause(tries, error);
      }
    }
  }

  /** Waits before the next try; no longer when the line is back, or somebody asks to try now. */
  async pause(tries: number, error: ApiRefusal | Offline): Promise<void> {
    const seconds = pauseSeconds(tries, error);
    const isOffline = error instanceof Offline;
    // A part that another request still writes is no standstill: the others go on.
    if (isOffline || error.refusal.code !== "part_busy") {
      this.isWaiting = true;
      this.say({ report: "waiting", why: isOffline ? "offline" : "busy", seconds: Math.ceil(seconds) });
    }
    await wait(seconds, this.signal);
  }

  /** Bytes or answers came through. */
  moves(): void {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    this.say({ report: "going-on" });
  }
}

/** Ends every wait. */
export function tryNow(): void {
  waits.dispatchEvent(new Event("over"));
}

const waits = new EventTarget();
globalThis.addEventListener?.("online", tryNow);

function wait(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(end, seconds * 1000);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      waits.removeEventListener("over", end);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    }
    signal.addEventListener("abort", end);
    waits.addEventListener("over", end);
    if (signal.aborted) end();
  });
}
