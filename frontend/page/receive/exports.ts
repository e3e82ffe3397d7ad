// What was opened once more in one file, as a zip or as .age: asked for, made by the worker, saved.

import type { ExportOrder, Refusal } from "../../messages.ts";
import { say } from "../../words.ts";
import { UNSEEN_MS } from "../busy.ts";
import { copyButton } from "../copy.ts";
import { filled, type Inside, make } from "../dom.ts";
import { icon } from "../icons.ts";
import { button } from "../outline.ts";
import { announce } from "../page.ts";
import { quoted } from "../shell.ts";
import { order } from "./orders.ts";
import { download } from "./saving.ts";

type Kind = ExportOrder["as"];

export class Exports {
  /** Below what was opened; unseen while there is nothing to say. */
  readonly element = make("div", { class: "after", hidden: true });
  readonly #state = make("div");
  /** Without it an .age file opens nothing: nothing takes its place. */
  readonly #key = make("div");
  readonly #made = new Map<Kind, { name: string; blob: Blob }>();
  readonly #wanted: Kind[] = [];
  readonly #onSaved: () => void;
  #timer = 0;

  /** *onSaved*: all of it is saved, in a zip, or as .age with its key copied. */
  constructor(onSaved: () => void) {
    this.#onSaved = onSaved;
    this.element.append(this.#state, this.#key);
  }

  button(words: string, as: Kind, style = ""): HTMLButtonElement {
    return button(words, () => this.#want(as), style);
  }

  made(name: string, blob: Blob, identity: string | null): void {
    const as = identity === null ? "zip" : "age";
    this.#made.set(as, { name, blob });
    if (identity === null) this.#onSaved();
    else this.#key.replaceChildren(...howToOpen(name, identity, this.#onSaved));
    this.#ended();
    this.#save(as);
  }

  failed({ code }: Refusal): void {
    const sentence =
      code === "browser_too_old"
        ? say("This browser cannot make an .age file. Save what you need as it is.")
        : say("It could not be made. Save what you need as it is.");
    this.#ended(make("p", { class: "problem" }, icon("circle-alert"), make("span", {}, sentence)));
    announce(sentence, "alert");
  }

  /** One after the other; and what is made once is the same the next time. */
  #want(as: Kind): void {
    if (this.#made.has(as)) return this.#save(as);
    if (this.#wanted.includes(as)) return;
    if (this.#wanted.push(as) === 1) this.#make(as);
  }

  #make(as: Kind): void {
    order({ order: "export", as });
    this.#timer = window.setTimeout(() => this.#say(make("p", {}, say("It is being made. Leave this page open."))), UNSEEN_MS);
  }

  #ended(...said: Inside[]): void {
    clearTimeout(this.#timer);
    this.#say(...said);
    this.#wanted.shift();
    const [next] = this.#wanted;
    if (next) this.#make(next);
  }

  #save(as: Kind): void {
    const made = this.#made.get(as);
    if (!made) return;
    download(made.name, made.blob);
    announce(say("{name} handed to your browser.", { name: made.name }));
  }

  #say(...inside: Inside[]): void {
    this.#state.replaceChildren(...inside);
    this.element.hidden = !inside.length && !this.#key.hasChildNodes();
  }
}

function howToOpen(name: string, identity: string, onCopied: () => void): Inside[] {
  const message = say("{name} opens with the command age and this key. Whoever has both can read it.");
  const line = `age -d -i key.txt -o opened ${quoted(name)}`;
  const copy = copyButton(say("Copy the key"), () => identity, say("Key copied."));
  copy.addEventListener("copied", onCopied);
  return [
    make("p", {}, ...filled(message, { name: make("bdi", {}, name) })),
    make("p", { class: "linkbox", dir: "ltr" }, identity),
    copy,
    make("pre", { class: "command", dir: "ltr", tabindex: "0", "aria-label": say("The command") }, line),
  ];
}
