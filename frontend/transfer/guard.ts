// A password's keys, kept in memory between the claim and the fetch: stretching takes its time, once is enough.

import type { Report } from "../messages.ts";
import { KDF_ARGON2ID, type PasswordKeys, passwordKeys, unwrap } from "../sealing/keys.ts";
import type { Bytes } from "../sealing/bytes.ts";
import { EnvelopeDamaged } from "../sealing/errors.ts";
import type { Link } from "../sealing/links.ts";
import { Trouble } from "./trouble.ts";

export class Guard {
  private known: { url: string; password: string; keys: PasswordKeys } | null = null;
  /** The server has accepted the password, so it cannot be the reason when a key does not fit. */
  private isProven = false;

  /** The keys of *password*; without one, those used last for this link. Raises PasswordInvalid. */
  async keys(link: Link, password: string | null, say: (report: Report) => void): Promise<PasswordKeys | null> {
    const { url } = link;
    if (this.known?.url === url && (password === null || password === this.known.password)) return this.known.keys;
    if (password === null) return null;
    say({ report: "stretching" });
    const keys = await passwordKeys(password, link.secret, link.shareId);
    this.known = { url, password, keys };
    this.isProven = false;
    return keys;
  }

  proven(): void {
    this.isProven = true;
  }

  forget(): void {
    this.known = null;
  }

  /** The file key. Raises Trouble: `password_missing`, `wrong_password` (no try was used); EnvelopeDamaged. */
  async unwrap(wrapped: Bytes, kdf: number, link: Link, keys: PasswordKeys | null): Promise<Bytes> {
    if (kdf === KDF_ARGON2ID && !keys) throw new Trouble("password_missing", "It needs its password again.");
    try {
      return await unwrap(wrapped, link.secret, link.shareId, kdf, kdf === KDF_ARGON2ID ? keys?.key : undefined);
    } catch (error) {
      if (!(error instanceof EnvelopeDamaged) || kdf !== KDF_ARGON2ID || this.isProven) throw error;
      throw new Trouble("wrong_password", "That is not the password. No try was used up.");
    }
  }
}
