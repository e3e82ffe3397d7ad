// Who is signed in, as far as the send page must know: it asks only where a mark says that somebody is.

import { ours } from "../../base.ts";
import { say } from "../../words.ts";
import { filled, find, make } from "../dom.ts";
import type { Offer, Slip } from "./slip.ts";

const MARK = /(?:^|; )(?:__Host-|__Secure-)?signed-in=1/;

export interface Member {
  /** Proves for ten minutes whose share this is. null: the session is over, or nobody answers. */
  token(): Promise<string | null>;
}

interface Told {
  email: string | null;
  csrf: string;
  share_bytes: number;
  lifetimes: Offer["lifetimes"];
  opens: Offer["opens"];
}

/** null for a stranger. Says on the page who it is, and offers what they may leave. */
export async function welcome(slip: Slip): Promise<Member | null> {
  if (!MARK.test(document.cookie)) return null;
  const told = await ask<Told>(ours("/accounts/me"), { method: "GET" });
  if (!told?.email) return null;
  document.querySelector("#strangers")?.remove(); // it says to sign in first
  slip.offer({ shareBytes: told.share_bytes, lifetimes: told.lifetimes, opens: told.opens });
  const who = make("bdi", {}, told.email);
  const list = make("a", { href: ours("/accounts/shares") }, say("My shares"));
  const words = filled(say("Signed in as {who}. It will stand under {list}."), { who, list });
  find(".tear").before(make("p", { class: "in second member" }, ...words));
  return { token: () => token(told.csrf) };
}

async function token(csrf: string): Promise<string | null> {
  const told = await ask<{ token: string | null }>(ours("/accounts/send-token"), { method: "POST", headers: { "X-CSRFToken": csrf } });
  return told?.token ?? null;
}

/** The answer's object; null where the server refuses or does not answer: then one is a stranger. */
async function ask<T>(path: string, how: RequestInit): Promise<T | null> {
  try {
    const answer = await fetch(path, { ...how, credentials: "same-origin", cache: "no-store", redirect: "error" });
    return answer.ok ? ((await answer.json()) as T) : null;
  } catch {
    return null;
  }
}
