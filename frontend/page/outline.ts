// A page about something that did not happen, or is over: no orange, one way on.

import { ours } from "../base.ts";
import { say } from "../words.ts";
import { filled, type Inside, make } from "./dom.ts";
import { type MarkName, mark } from "./icons.ts";
import { announce } from "./page.ts";
import { heading, show } from "./state.ts";
import { timeElement } from "./times.ts";

export interface Over {
  heading: string;
  /** `{…}` left in it are the moments of `times`. */
  sentence: string;
  mark: MarkName;
  times?: Record<string, string | null | undefined>;
  note?: Inside[];
}

/** *ways*: what one may do instead; the way home where there is nothing better. */
export function showOver(over: Over, ways: Inside[] = [wayHome()], quietly = false): void {
  const said = make("p", {}, ...filled(over.sentence, moments(over.times ?? {})));
  const note = over.note ? [make("p", { class: "note" }, ...over.note)] : [];
  const outline = make("div", { class: "outline" }, mark(over.mark, "mark large"), said, ...note);
  if (ways.length) outline.append(make("div", { class: "actions" }, ...ways));
  show(over.heading, [heading(over.heading), outline], quietly);
  announce(said.textContent, "alert");
}

export function wayHome(): Inside {
  return make("p", {}, make("a", { href: ours("/") }, say("Leave something yourself")));
}

/** Each time as an element of its own; one that nobody noted is said to be unknown. */
export function moments(times: Record<string, string | null | undefined>): Record<string, Inside> {
  return Object.fromEntries(
    Object.entries(times).map(([name, at]) => [name, at ? timeElement(at) : say("an unknown time")]),
  );
}

export function button(words: string, act: () => void, style = ""): HTMLButtonElement {
  const made = make("button", { type: "button", class: `button ${style}`.trim() }, words);
  made.addEventListener("click", act);
  return made;
}
