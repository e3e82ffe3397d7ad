// What ends an order, said as a refusal with a stable code.

import { ApiRefusal } from "../api.ts";
import type { Refusal } from "../messages.ts";
import { SealingError } from "../sealing/errors.ts";

/** This browser, or this device, refused: the counterpart of ApiRefusal. */
export class Trouble extends Error {
  readonly refusal: Refusal;

  constructor(code: string, message: string, more: Partial<Refusal> = {}) {
    super(message);
    this.refusal = { code, message, ...more };
  }
}

/** Codes of sealing/errors that mean: what came is not what was sealed. */
const DAMAGED = new Set(["envelope_damaged", "envelope_truncated", "encoding_invalid", "key_length"]);
/** What this page is too old for. */
const NEWER = new Set(["link_too_new", "kdf_unknown"]);

/** The refusal in any error. No error's own text is passed on unless it is known to hold no secret. */
export function refusalIn(error: unknown): Refusal {
  if (error instanceof ApiRefusal || error instanceof Trouble) return error.refusal;
  if (error instanceof SealingError) {
    const code = DAMAGED.has(error.code) ? "damaged" : NEWER.has(error.code) ? "newer" : error.code;
    return { code, message: error.message };
  }
  const name = error instanceof Error ? error.name : typeof error;
  if (name === "QuotaExceededError") return { code: "no_room", message: "This device has no room for it." };
  return { code: "fault", message: `Something broke in this page (${name}).` };
}
