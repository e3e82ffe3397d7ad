// A look at the server that failed: no line, a busy or missing server, too many looks. It is tried again by itself.

import { ApiRefusal, Offline } from "../api.ts";
import { say } from "../words.ts";
import { Again, pause } from "./again.ts";
import { make } from "./dom.ts";
import { button, showOver } from "./outline.ts";

/** Shows why, and looks again after a while. *failures*: in a row; *offline*: what is true without a line. */
export function showTrouble(
  error: ApiRefusal | Offline,
  { failures, offline, look, quietly }: { failures: number; offline: string; look: () => void; quietly: boolean },
): Again {
  if (error instanceof Offline && !navigator.onLine) return showOffline(offline, look, quietly);
  const isTooMany = error instanceof ApiRefusal && error.refusal.code === "too_many";
  const seconds = Math.max(error instanceof ApiRefusal ? (error.refusal.retryAfterSeconds ?? 0) : 0, pause(failures));
  const when = make("p", { class: "help" });
  const again = new Again(seconds, look, (time) => {
    when.textContent = say("Trying again in {time}.", { time });
  });
  const over = isTooMany
    ? { heading: say("Too many tries from your network"), sentence: say("Wait a little. No try was used up."), mark: "trouble" as const }
    : { heading: say("The server does not answer"), sentence: say("Nothing was lost and nothing was used up."), mark: "trouble" as const };
  showOver(over, [when, button(say("Try now"), () => again.now(), "main")], quietly);
  return again;
}

function showOffline(sentence: string, look: () => void, quietly: boolean): Again {
  const again = new Again(60, look);
  const ways = [button(say("Try now"), () => again.now(), "main")];
  showOver({ heading: say("No connection"), sentence, mark: "trouble" }, ways, quietly);
  return again;
}
