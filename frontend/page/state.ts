// One page, one state at a time: what stands in `main`, the title, where the focus goes.

import { find, focusOn, type Inside, make } from "./dom.ts";
import { retitle } from "./page.ts";

const main = find("#content");

/** Puts *inside* in place of what stands there; the focus goes to the heading unless *quietly*. */
export function show(title: string, inside: Inside[], quietly = false): void {
  main.replaceChildren(...inside);
  main.classList.add("is-ours");
  main.classList.remove("is-looking");
  retitle(title);
  if (!quietly) toHeading();
}

/** As `show`, for what will be replaced as soon as more is known. */
export function showForNow(title: string, inside: Inside[]): void {
  show(title, inside, true);
  main.classList.add("is-looking");
}

/** What was served stays as it is. */
export function leaveServed(...above: Inside[]): void {
  find("form", main).before(...above);
  main.classList.add("is-ours");
}

export function toHeading(): void {
  focusOn(find("h1", main));
  scrollTo(0, 0);
}

/** The form of the served page, kept: it pastes a link, and lets the server open what this browser cannot. */
export function servedForm(): HTMLFormElement {
  return find<HTMLFormElement>("form", main);
}

export function heading(words: string): HTMLHeadingElement {
  return make("h1", {}, words);
}

export function lead(...words: Inside[]): HTMLParagraphElement {
  return make("p", { class: "lead" }, ...words);
}
