// Bytes that go past the server, between this browser and the store it names: each by leave for a minute. Where the
// store cannot be reached the server carries them, from the same part or byte on.

import { ApiRefusal } from "../api.ts";
import { type Leave, NoWay } from "../store.ts";

/** Tries of one part, or at one place of a blob, that bring nothing. */
const TRIES = 2;
/** The server keeps a lease alive while it carries bytes itself; past it, a line so slow could outlive one. */
const SLOW_MS = 120_000;

/** The way to the store during one transfer. `isOpen`: the server offers it. */
export class Direct {
  private hasWorked = false;
  private failures = 0;

  constructor(public isOpen: boolean) {}

  /** From here on the server carries everything. */
  close(): void {
    this.isOpen = false;
  }

  /** Sends a part by *put*; *ask* answers null once the server knows that it is there. False: the server has to carry
   * it. Raises what *ask* raises. */
  async send(ask: () => Promise<Leave | null>, put: (leave: Leave) => Promise<void>): Promise<boolean> {
    for (let tries = 0; this.isOpen; tries++) {
      const leave = await this.leave(ask);
      if (leave === null) {
        this.hasWorked = true;
        return true;
      }
      if (leave === undefined || tries === TRIES) break;
      try {
        await put(leave);
      } catch (error) {
        if (!(error instanceof NoWay)) throw error;
        if (error.isWall && !this.hasWorked) break;
      }
    }
    this.close();
    return false;
  }

  /** To read some bytes; undefined: the server has to carry them. Raises what *ask* raises. */
  async leave<T>(ask: () => Promise<T>): Promise<T | undefined> {
    if (!this.isOpen) return undefined;
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiRefusal) || error.refusal.code !== "not_direct") throw error;
      this.close();
      return undefined;
    }
  }

  /** Bytes came from the store. */
  moves(): void {
    this.hasWorked = true;
    this.failures = 0;
  }

  /** An answer of the store ended: *isWhole*, or early; *isWall*: there was none. */
  ended(beganAt: number, isWhole: boolean, isWall = false): void {
    if (!isWhole && (++this.failures >= TRIES || (isWall && !this.hasWorked))) this.close();
    if (performance.now() - beganAt > SLOW_MS) this.close();
  }
}
