// The stub on the page: state, sentence, facts, what happened, and what can still be done.

import type { Receipt } from "../../api.ts";
import { ours } from "../../base.ts";
import { lang, say } from "../../words.ts";
import { asksFirst } from "../confirm.ts";
import { filled, type Inside, make } from "../dom.ts";
import { mark } from "../icons.ts";
import { button, moments } from "../outline.ts";
import { size } from "../sizes.ts";
import { show } from "../state.ts";
import { fromNow, moment, timeElement } from "../times.ts";
import { ATTEMPTS, isLocked, log, type Told, told } from "./told.ts";

export interface Acts {
  revoke(): void;
  unlock(): void;
}

/** Below everything: that it looks again, or why it cannot just now. */
export const looksAgain = make("p", { class: "after help" });

/** Below the buttons: what was pressed, and did not come about. */
export const notDone = make("p", { class: "problem", id: "not-done" });

export function showStub(receipt: Receipt, acts: Acts, quietly: boolean): Told {
  const state = told(receipt);
  const paper = make("div", { class: "paper" });
  paper.append(
    make("p", { class: "label" }, say("Your stub")),
    mark(state.mark, "mark large"),
    make("h1", {}, state.heading),
    make("p", {}, ...filled(state.sentence, moments(state.times))),
  );
  if (state.wasOpened) paper.append(make("p", { class: "note" }, ...ifNotRight()));
  notDone.hidden = true;
  if (!state.isEnded) paper.append(facts(receipt), actions(receipt, state, acts), notDone);
  paper.append(make("h2", { class: "label" }, say("What happened")), happenings(receipt));
  show(titled(state), [make("div", { class: "torn" }, paper), looksAgain, home()], quietly);
  return state;
}

/** Only English writes it small there. */
function titled({ heading }: Told): string {
  return say("Stub: {state}", { state: lang() === "en" ? heading.toLowerCase() : heading });
}

function ifNotRight(): Inside[] {
  const strong = make("strong", {}, say("If that was not the right person,"));
  return filled(say("{ifNot} change what was inside."), { ifNot: strong });
}

function facts(receipt: Receipt): HTMLElement {
  const fact = (name: string, ...value: Inside[]) => make("div", {}, make("dt", {}, name), make("dd", {}, ...value));
  const list = make("dl", { class: "facts" });
  list.append(fact(say("Opens left"), say("{left} of {all}", { left: receipt.claimsLeft, all: receipt.maxClaims })));
  if (receipt.kdf) list.append(fact(say("Wrong passwords"), say("{left} of {all}", { left: receipt.attempts, all: ATTEMPTS })));
  list.append(fact(say("Size"), say("about {size}", { size: size(receipt.size) })));
  if (receipt.state === "ready" && receipt.expiresAt) list.append(fact(say("Waits until"), timeElement(receipt.expiresAt, moment(receipt.expiresAt, "short")), " ", relative(receipt.expiresAt)));
  return list;
}

/** "in 3 hours"; the page keeps it true while it stands. */
function relative(at: string): HTMLElement {
  return make("span", { class: "beside", "data-at": at }, fromNow(at));
}

/** Told anew, and only where the words have changed. */
export function refreshRelative(): void {
  for (const beside of document.querySelectorAll<HTMLElement>("[data-at]")) {
    const words = fromNow(beside.dataset["at"] ?? "");
    if (beside.textContent !== words) beside.textContent = words;
  }
}

function actions(receipt: Receipt, { wasOpened }: Told, { revoke, unlock }: Acts): HTMLElement {
  const ends = button(say("Revoke"), () => {}, "danger");
  asksFirst(ends, () => ({
    sentence: wasOpened
      ? say("Revoke it? It may already be read. What has not been fetched yet is cut off, and nobody can open it any more.")
      : say("Revoke it? It is destroyed now, unopened, and nobody can open it."),
    yes: say("Revoke"),
    no: say("Keep it"),
    act: revoke,
  }));
  const canUnlock = receipt.state === "ready" && isLocked(receipt) && receipt.unlocksLeft > 0;
  const unlocks = button(say("Unlock, {n} left", { n: receipt.unlocksLeft }), unlock, "main");
  return make("div", { class: "actions" }, ...(canUnlock ? [unlocks] : []), ends);
}

function happenings(receipt: Receipt): HTMLElement {
  const rows = log(receipt).map(({ at, what }) => make("li", {}, timeElement(at), make("span", {}, what)));
  return make("ol", { class: "log", reversed: true }, ...rows);
}

function home(): HTMLElement {
  return make("p", { class: "after" }, make("a", { href: ours("/") }, say("Leave something else")));
}
