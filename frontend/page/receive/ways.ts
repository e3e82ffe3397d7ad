// Other ways to open a share: the server opens it for this browser, or a command line does without one.

import type { Link } from "../../sealing/links.ts";
import { say } from "../../words.ts";
import { copyButton } from "../copy.ts";
import { make } from "../dom.ts";
import { commandLine } from "../shell.ts";

/** *form*: the served one, whose server sees what it opens and says so. */
export function otherWays(link: Link, isGuarded: boolean): HTMLElement {
  return make(
    "details",
    { class: "more" },
    make("summary", {}, say("Other ways to open it")),
    make("p", {}, say("The server can open it for you. It holds the key and sees the content while it passes it on.")),
    servedDoor(link),
    make("p", {}, say("Or use this line in a terminal; the server opens it then, too. If that breaks off, it is gone.")),
    command(link, isGuarded),
    make(
      "p",
      { class: "help" },
      say("Opened on this page, it can also be saved as an .age file, for the command age and others that know the format."),
    ),
  );
}

/** Looks first, as the page without scripts does: it claims nothing. */
function servedDoor(link: Link): HTMLFormElement {
  return make(
    "form",
    { method: "post", action: location.pathname },
    make("input", { type: "hidden", name: "link", value: link.url }),
    make("button", { class: "button" }, say("Let the server open it")),
  );
}

export function command(link: Link, isGuarded: boolean): HTMLElement {
  const line = commandLine(link.url, isGuarded);
  return make(
    "div",
    { class: "field" },
    make("pre", { class: "command", dir: "ltr", tabindex: "0", "aria-label": say("The command") }, line),
    copyButton(say("Copy the command"), () => line, say("Command copied.")),
  );
}
