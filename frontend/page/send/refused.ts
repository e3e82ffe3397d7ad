// Why nothing was left, and what to do next: one sentence for each code.

import type { Refusal } from "../../messages.ts";
import { say } from "../../words.ts";
import { limit } from "../sizes.ts";
import { moment, span } from "../times.ts";

export function refused(refusal: Refusal): string {
  const name = refusal.name ?? "";
  switch (refusal.code) {
    case "too_many": {
      const time = span(refusal.retryAfterSeconds ?? 60);
      return say("Too many shares from your network just now. Try again in {time}.", { time });
    }
    case "store_full":
      return say("The server is full. Nothing was left. Try later.");
    case "not_allowed":
    case "sign_in_needed":
      return say("Only signed-in people can leave things here.");
    case "token_invalid":
      return say("You are not signed in any more. Nothing was left. Reload the page, and sign in.");
    case "day_used_up":
      return say("No more shares can be left from here today. Nothing was left.");
    case "no_room":
      return say("The room for what waits to be opened is full. Nothing new was left.");
    case "banned": {
      const time = refusal.until ? moment(refusal.until) : "…";
      return say("The people who run this server take nothing from your network, or from your account, until {time}.", { time });
    }
    case "too_large": {
      if (!refusal.maxBytes) return say("That is more than this server takes. Remove something, or split it.");
      const max = limit(refusal.maxBytes);
      return say("That is more than this server takes ({max}). Remove something, or split it.", { max });
    }
    case "file_changed":
      return say("{name} changed while it was being sealed. Nothing was left. Add it again.", { name });
    case "file_unreadable":
      return say("{name} cannot be read. Nothing was left. Add it again, or leave it out.", { name });
    case "metadata_invalid":
      return say("The names of these files are too long together. Nothing was left. Pack them into one file first.");
    case "password_invalid":
      return say("That password is too long. Nothing was left. Take a shorter one.");
    case "busy":
    case "database_away":
    case "store_away":
      return say("The server does not answer. Nothing was left. Try again in a while.");
  }
  return say("That did not work, and nothing was left. Try again.");
}
