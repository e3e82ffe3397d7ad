// What was opened, on plain paper: the strip is off, and the slip lies in two pieces.

import type { Refusal, Sink } from "../../messages.ts";
import type { Link } from "../../sealing/links.ts";
import { say, sayMany } from "../../words.ts";
import { asksBeforeLeaving } from "../busy.ts";
import { filled, type Inside, make } from "../dom.ts";
import { announce } from "../page.ts";
import { size } from "../sizes.ts";
import { heading, lead, show } from "../state.ts";
import { timeElement } from "../times.ts";
import { Exports } from "./exports.ts";
import { fileSheet, type Sheet } from "./files.ts";
import type { Opened } from "./opening.ts";
import { removeButton } from "./remove.ts";
import { reportLink } from "./report.ts";
import { textSheet } from "./text.ts";

export class Result {
  readonly #exports = new Exports(() => this.#sheet.saved());
  readonly #sheet: Sheet;
  readonly #already: HTMLElement;
  readonly #done = make("p", { class: "after" });

  constructor(link: Link, content: Opened, sink: Sink) {
    const { kind, files, savedAs } = content;
    this.#sheet = kind === "text" ? textSheet(content.text ?? "", this.#exports) : fileSheet(content, this.#exports);
    asksBeforeLeaving(this.#sheet.isUnsaved);
    this.#already = make("span", { class: "not-yet" }, alreadyGone(content));
    const pieces = make(
      "div",
      { class: "pieces" },
      make("div", { class: "flap" }, make("div", { class: "lined" })),
      make("div", { class: "torn" }, this.#sheet.element),
    );
    show(say("Opened"), [
      heading(headingOf(content)),
      lead(keeping(content), " ", this.#already),
      pieces,
      this.#exports.element,
      this.#done,
      ...(sink.to === "opfs" ? [removeButton(() => this.#sheet.saved())] : []),
      reportLink(link),
    ]);
    announce(
      kind === "text"
        ? say("Opened. The text is below.")
        : savedAs !== null
          ? say("Opened, and saved.")
          : sayMany(files.length, "Opened. One file is ready to save.", "Opened. {n} files are ready to save."),
    );
  }

  /** Said only once the server has confirmed it; *at* is unknown while someone else still fetches. */
  burned(at: string | null, claimsLeft: number): void {
    if (claimsLeft) {
      this.#say(sayMany(claimsLeft, "It can still be opened once.", "It can still be opened {n} times."));
    } else if (at === null) {
      this.#say(say("The link opens nothing now. Someone else may still be fetching it; then it is destroyed."));
    } else {
      this.#already.classList.remove("not-yet");
      const destroyed = make("strong", {}, ...filled(say("Destroyed on {time}:"), { time: timeElement(at) }));
      const message = say("{destroyed} the server's half of the key, and the sealed bytes. The link opens nothing now.");
      this.#say(...filled(message, { destroyed }));
    }
  }

  /** *hasMore*: others can open it still. */
  unconfirmed(until: string, hasMore: boolean): void {
    const message = hasMore
      ? say("The server could not be told yet. Your opening ends by itself on {time}.")
      : say("The server could not be told yet. It destroys it by itself on {time}.");
    this.#say(...filled(message, { time: timeElement(until) }));
  }

  exported(name: string, blob: Blob, identity: string | null): void {
    this.#exports.made(name, blob, identity);
  }

  notExported(refusal: Refusal): void {
    this.#exports.failed(refusal);
  }

  #say(...words: Inside[]): void {
    this.#done.replaceChildren(...words);
  }
}

function headingOf({ kind, files, savedAs }: Opened): string {
  if (kind === "text") return say("Here it is");
  return savedAs !== null ? say("Saved") : sayMany(files.length, "One file, ready to save", "{n} files, ready to save");
}

function keeping({ kind, files, savedAs }: Opened): string {
  if (kind === "text") return say("Keep what you need.");
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (savedAs !== null) return savedInFile(savedAs, files.length, size(bytes));
  return files.length === 1 ? say("It is on this device, checked whole.") : say("They are on this device, checked whole.");
}

function savedInFile(name: string, files: number, size: string): string {
  return files === 1
    ? say("{name}, {size}, checked whole.", { name, size })
    : say("{name}, {size}, checked whole. It is a zip of all files: if its name does not say so, add “.zip”.", { name, size });
}

function alreadyGone({ kind, files, savedAs }: Opened): string {
  const isOne = kind === "text" || files.length === 1 || savedAs !== null;
  return isOne ? say("It is already gone from the server.") : say("They are already gone from the server.");
}
