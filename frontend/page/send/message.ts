// What one sends along with the link: steps for a person, and a line for a terminal.

import type { SendOrder } from "../../messages.ts";
import { say, sayMany } from "../../words.ts";
import { commandLine } from "../shell.ts";
import { exactly } from "../times.ts";

export interface Left {
  link: string;
  manageLink: string;
  expiresAt: string;
  order: SendOrder;
}

export function message(left: Left): string {
  const { opens, password } = left.order;
  const until = exactly(left.expiresAt);
  return [
    say("I left something for you under this link:"),
    left.link,
    "",
    sayMany(opens, "It opens once, until {until}.", "It opens {n} times in all, until {until}.", { until }),
    say("Open the link when you are ready to keep what is inside, then press “Open it now”. Looking at the page opens nothing."),
    ...(password === null ? [] : [say("It asks for a password. You get it from me another way.")]),
    "",
    say("From a terminal instead, where the server opens it for you and sees it:"),
    // Without a name: a chat keeps this message, and what is inside is sealed.
    commandLine(left.link, password !== null, !left.order.files.length),
  ].join("\n");
}
