// What every page's script starts from: the page's own facts, its two live regions, its worker.

import "./language.ts";
import "./skip.ts";
import { loadWords } from "../words.ts";
import type { Order, Report } from "../messages.ts";
import type { Addresses } from "../sealing/lazy.ts";

/** What the server says to the scripts of a page (the JSON block `page` of base.html). */
export interface PageFacts {
  lang: string;
  words: string | null;
  siteName: string;
  publicUrl: string;
  /** Addresses of what is loaded only when needed. */
  assets: { worker: string; sprite: string; qr: string; fourWords: string; modules: Addresses };
  /** So long a lease lasts from each byte that was fetched. */
  leaseSeconds: number;
  /** So long an ended share is told from one that never was. */
  tombstoneDays: number;
  limits: { shareBytes: number; textBytes: number; noteCharacters: number; files: number };
}

export const page: PageFacts = JSON.parse(document.getElementById("page")?.textContent ?? "{}");

/** Resolves when everything can be said in the reader's language. */
export const spoken: Promise<void> = loadWords(page.lang, page.words ?? undefined);

const SPEAK_MS = 50;

/** Says *words* to assistive technology. `alert` interrupts. */
export function announce(words: string, how: "status" | "alert" = "status"): void {
  const region = document.querySelector(`[role="${how}"][data-live]`);
  if (!region) return;
  // What was said before is over; and the same words are said again only after nothing.
  for (const old of document.querySelectorAll("[data-live]")) old.textContent = "";
  setTimeout(() => (region.textContent = words), SPEAK_MS);
}

/** The page's title follows its state, never its content. */
export function retitle(words: string): void {
  document.title = `${words} · ${page.siteName}`;
}

type TrustedPolicies = { createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string } };

/** One module worker for the page; the policy lets through its address and nothing else. One that does not
 * start, or breaks, is reported as a refusal; the next order starts another. */
export function startWorker(onReport: (report: Report) => void): { order(order: Order): void } {
  const url = new URL(page.assets.worker, location.origin).href;
  const trusted = (globalThis as unknown as { trustedTypes?: TrustedPolicies }).trustedTypes;
  const policy = trusted?.createPolicy("onetimeshare", {
    createScriptURL(asked) {
      if (asked !== url) throw new TypeError("not our worker");
      return asked;
    },
  });
  let worker: Worker | null = null;
  const start = () => {
    const started = new Worker(policy ? policy.createScriptURL(url) : url, { type: "module" });
    started.onmessage = (event: MessageEvent<Report>) => onReport(event.data);
    started.onerror = () => {
      started.terminate();
      worker = null;
      onReport({ report: "refused", refusal: { code: "fault", message: "The worker of this page broke." } });
    };
    started.postMessage({ order: "configure", modules: page.assets.modules } satisfies Order);
    return started;
  };
  worker = start();
  return {
    order: (order) => {
      worker ??= start();
      worker.postMessage(order);
    },
  };
}
