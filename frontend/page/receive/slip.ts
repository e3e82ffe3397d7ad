// The sealed slip as a recipient sees it: facts in a window, a field if it is guarded, the strip that opens it.

import type { Status } from "../../api.ts";
import type { Refusal } from "../../messages.ts";
import { say, sayMany } from "../../words.ts";
import { filled, type Inside, make } from "../dom.ts";
import { icon } from "../icons.ts";
import { announce } from "../page.ts";
import { passwordField } from "../secret.ts";
import { size, unbroken } from "../sizes.ts";
import { moment, timeElement } from "../times.ts";

export interface SlipWords {
  strip: string;
  /** What will happen to the bytes; nothing where nothing is known or asked. */
  where?: string;
  /** Below the password's field; a wrong one is said there too. */
  help?: string;
}

/** Facts that are not known yet keep their place. */
export function facts(status: Status | null): HTMLDListElement {
  const fact = (name: string, ...value: Inside[]) => make("div", {}, make("dt", {}, name), make("dd", {}, ...value));
  if (!status) return make("dl", { class: "facts" }, fact(say("Size"), "…"), fact(say("Opens"), "…"), fact(say("Waits until"), "…"));
  return make(
    "dl",
    { class: "facts" },
    fact(say("Size"), say("about {size}", { size: size(status.size) })),
    fact(say("Opens"), opens(status)),
    fact(say("Waits until"), status.expiresAt ? timeElement(status.expiresAt, moment(status.expiresAt, "short")) : "…"),
  );
}

function opens({ maxClaims, claimsLeft }: Status): string {
  return maxClaims === 1 ? say("once") : say("{left} of {all} left", { left: claimsLeft, all: maxClaims });
}

/** What is true before it is opened, in one sentence. */
export function waiting(status: Status): string {
  if (status.kdf) return say("It needs a password, which the sender gives you. A wrong one uses up a try, nothing else.");
  if (status.maxClaims === 1)
    return say("It opens once. Nothing has been opened yet, and looking at this page changes nothing.");
  return sayMany(
    status.claimsLeft,
    "It opens {all} times in all, one is left. Nothing has been opened by you yet.",
    "It opens {all} times in all, {n} are left. Nothing has been opened by you yet.",
    { all: status.maxClaims },
  );
}

export function triesLeft(left: number): string {
  return unbroken(sayMany(left, "One try left.", "{n} tries left."));
}

/** Why a password was refused, and what that cost. */
export function refusedPassword({ code, attemptsLeft }: Refusal): string {
  if (code === "password_missing") return say("Type the password, which the sender gives you. No try was used up.");
  if (code === "password_invalid") return say("No password is so long. No try was used up.");
  if (attemptsLeft === undefined) return say("That is not the password. No try was used up.");
  return unbroken(
    sayMany(
      attemptsLeft,
      "That is not the password. One try left. After that it locks, and only the sender can unlock it.",
      "That is not the password. {n} tries left.",
    ),
  );
}

export function announceFacts(status: Status): void {
  const values = { size: size(status.size), until: status.expiresAt ? moment(status.expiresAt) : "…" };
  const said =
    status.maxClaims === 1
      ? say("About {size}, opens once, waits until {until}.", values)
      : say("About {size}, {left} of {all} openings left, waits until {until}.", {
          ...values,
          left: status.claimsLeft,
          all: status.maxClaims,
        });
  announce(status.kdf ? `${said} ${say("It needs a password.")}` : said);
}

export class Slip {
  readonly form = make("form", { class: "slip lined" });
  readonly window = make("div", { class: "window" });
  readonly tear = make("div", { class: "tear" });
  readonly #field: ReturnType<typeof passwordField> | null;

  /** *status* null: not known yet. Without *open* there is nothing to press. */
  constructor(status: Status | null, words: SlipWords, open?: () => void) {
    this.#field = words.help === undefined ? null : passwordField(say("Password, from the sender"), words.help);
    this.window.append(facts(status), ...(this.#field ? [this.#field.element] : []));
    if (words.where) this.window.append(make("p", { class: status ? "help" : "help not-yet" }, words.where));
    this.tear.append(open ? strip(words.strip, status !== null) : make("p", { class: "strip still" }, words.strip));
    this.form.append(this.window, this.tear);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (status) open?.();
    });
  }

  get password(): string | null {
    return this.#field ? this.#field.input.value : null;
  }

  set password(text: string | null) {
    if (this.#field && text !== null) this.#field.input.value = text;
  }

  /** At the field, whose text stays and is selected. */
  refuse(sentence: string): void {
    this.#field?.refuse(sentence);
  }
}

function strip(words: string, isKnown: boolean): HTMLButtonElement {
  const button = make("button", { class: "strip" }, make("span", {}, words), icon("arrow-right"));
  if (!isKnown) button.setAttribute("aria-disabled", "true");
  return button;
}

/** "You have until Friday 14:03", with its exact moment. */
export function until(message: string, at: string): Inside[] {
  return filled(message, { time: timeElement(at) });
}
