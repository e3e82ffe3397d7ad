// What a page and its worker say to each other. Pages never see a key; the worker never sees the page.

import type { Addresses } from "./sealing/lazy.ts";

/** One file that a person chose; `path` is relative, with `/`, for files of a chosen folder. */
export interface Chosen {
  file: File;
  path: string;
}

/** The server half and what came with it: kept in sessionStorage while a download runs; useless without the link. */
export interface Half {
  wrappedKey: string;
  meta: string;
  size: number;
  kdf: number;
  leaseExpiresAt: string;
  /** Whether the blob may be read past the server. */
  direct?: boolean;
  /** The whole blob (base64url), if it came inside the claim: never kept in sessionStorage. */
  blob?: string;
}

/** Where opened bytes go; decided before the claim. "file" is a handle from showSaveFilePicker. */
export type Sink = { to: "memory" } | { to: "opfs" } | { to: "file"; handle: FileSystemFileHandle };

/** The first of all orders: where the modules are that are loaded only when needed. Answered by nothing. */
export interface ConfigureOrder {
  order: "configure";
  modules: Partial<Addresses>;
}

export interface SendOrder {
  order: "send";
  files: Chosen[];
  /** The text itself, or the note beside files; null for none. */
  text: string | null;
  password: string | null;
  lifetimeSeconds: number;
  opens: number;
  hidesSize: boolean;
  /** Where links point to: scheme, host, port, without a final slash. */
  publicUrl: string;
  /** A token of who is signed in; null for a stranger. */
  account: string | null;
}

/** Takes the share. The page has stored `leaseSecret` before. Reports `claimed` (or `refused`). */
export interface ClaimOrder {
  order: "claim";
  link: string;
  password: string | null;
  /** base64url of 32 bytes. */
  leaseSecret: string;
}

/** Fetches, verifies and opens what was claimed; then burns. After a reload `password` is asked for again. */
export interface FetchOrder {
  order: "fetch";
  link: string;
  password: string | null;
  leaseSecret: string;
  half: Half;
  sink: Sink;
}

/** A claim and its burn at once, nothing fetched. */
export interface DestroyOrder {
  order: "destroy";
  link: string;
  password: string | null;
  leaseSecret: string;
}

/** What was opened, as a zip or as a standard .age file; answered by `exported`. */
export interface ExportOrder {
  order: "export";
  as: "zip" | "age";
}

/** Removes what was opened from this device, also what saving reads from: once a person is done with it.
 * Answered by `forgotten`. What no page asked to forget is removed at the next visit. */
export interface ForgetOrder {
  order: "forget";
}

export type Order =
  | ConfigureOrder
  | SendOrder
  | ClaimOrder
  | FetchOrder
  | DestroyOrder
  | ExportOrder
  | ForgetOrder
  /** Does not wait for the next try: the line is back, or a person pressed "Try now". */
  | { order: "retry" }
  /** Ends what is running; nothing else is said but `stopped`. When nothing runs any more, its last report
   * is on its way and no `stopped` follows. */
  | { order: "stop" };

/** A refusal of the server or of this browser: a stable code, and the fields that belong to it. */
export interface Refusal {
  code: string;
  message: string;
  state?: string;
  openedAt?: string;
  endedAt?: string;
  attemptsLeft?: number;
  maxBytes?: number;
  retryAfterSeconds?: number;
  /** When a ban ends. */
  until?: string;
  /** The file this is about, for `file_changed` and `file_unreadable`. */
  name?: string;
}

/** One opened file: `blob` reads from where it was saved, without a copy in memory. */
export interface OpenedFile {
  /** Through `safe_name`, and different from every other. */
  name: string;
  size: number;
  blob: Blob;
}

export type Report =
  /** Argon2id is running. */
  | { report: "stretching" }
  | { report: "progress"; doneBytes: number; allBytes: number }
  /** Nothing moves: no line, or the server asked to wait; it goes on by itself. */
  | { report: "waiting"; why: "offline" | "busy"; seconds: number }
  | { report: "going-on" }
  | {
      report: "sealed";
      link: string;
      manageLink: string;
      expiresAt: string;
    }
  | { report: "claimed"; half: Half }
  | {
      report: "opened";
      kind: "text" | "files";
      /** The text of a text share. */
      text: string | null;
      note: string | null;
      by: "client" | "server";
      files: OpenedFile[];
      /** The picked file, if that was the sink: all is saved there, several files and their note as one
       * zip (and then the blobs above are empty and nothing can be exported). */
      savedAs: string | null;
    }
  /** After `opened`: the server has confirmed (`at` is null while others may still open it), or could not
   * be told yet. After `unconfirmed` the worker goes on trying, and `burned` may follow. */
  | { report: "burned"; at: string | null; claimsLeft: number }
  | { report: "unconfirmed"; leaseExpiresAt: string }
  | { report: "destroyed"; at: string | null; claimsLeft: number }
  /** `identity` opens an exported .age file. */
  | { report: "exported"; name: string; blob: Blob; identity: string | null }
  /** `isAll` is false when a file could not be removed from this device. */
  | { report: "forgotten"; isAll: boolean }
  | { report: "refused"; refusal: Refusal }
  | { report: "stopped" };
