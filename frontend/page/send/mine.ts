// Below the slip: the stubs that this browser was asked to remember.

import { say } from "../../words.ts";
import { asksFirst } from "../confirm.ts";
import { filled, find, make } from "../dom.ts";
import { forgetAll, remembered } from "../stubs.ts";
import { timeElement } from "../times.ts";

export function showMine(): void {
  const stubs = remembered();
  if (!stubs.length) return;
  const rows = stubs.map(({ link, leftAt }) =>
    make("li", {}, make("a", { href: link }, ...filled(say("Left {time}"), { time: timeElement(leftAt) }))),
  );
  const forget = make("button", { type: "button", class: "button" }, say("Forget all"));
  const section = make(
    "section",
    { class: "mine", "aria-labelledby": "mine" },
    make("h2", { id: "mine" }, say("Your stubs in this browser")),
    make("ul", {}, ...rows),
    forget,
  );
  asksFirst(forget, () => ({
    sentence: say("Forget them here? The shares stay as they are; without its link, nobody can ask a stub."),
    yes: say("Forget all"),
    no: say("Keep them"),
    act: () => {
      forgetAll();
      section.remove();
      find<HTMLTextAreaElement>("#text").focus();
    },
  }));
  find("#content").append(section);
}
