// The rows of what was chosen: name, size, and a way to take each out again.

import { say, sayMany } from "../../words.ts";
import { make } from "../dom.ts";
import { icon } from "../icons.ts";
import { size, unbroken } from "../sizes.ts";
import { bytesOf, type Entry } from "./chosen.ts";

/** More rows than this scroll in themselves, with their number above. */
const SHOWN = 8;

export class Rows {
  readonly element = make("div", { class: "chosen" });
  readonly #count = make("p", { class: "label" });
  readonly #list = make("ul", { class: "rows" });
  readonly #onRemove: (entry: Entry) => void;

  constructor(onRemove: (entry: Entry) => void) {
    this.#onRemove = onRemove;
    this.element.append(this.#count, this.#list);
    this.element.hidden = true;
  }

  draw(entries: Entry[]): void {
    this.element.hidden = !entries.length;
    this.#count.hidden = entries.length <= SHOWN;
    const files = entries.reduce((sum, entry) => sum + entry.files.length, 0);
    this.#count.textContent = unbroken(sayMany(files, "{n} file", "{n} files"));
    this.#list.replaceChildren(...entries.map((entry) => this.#row(entry)));
  }

  /** After a row is gone: the next one's button, or the last one's; none when the list is empty. */
  focusAt(at: number): boolean {
    const buttons = this.#list.querySelectorAll("button");
    const button = buttons[Math.min(at, buttons.length - 1)];
    button?.focus();
    return button !== undefined;
  }

  #row(entry: Entry): HTMLElement {
    const name = make("span", { class: "name" }, make("bdi", {}, entry.name));
    if (entry.isFolder) {
      name.append(" ", make("span", {}, unbroken(sayMany(entry.files.length, "{n} file", "{n} files"))));
    }
    const remove = make("button", { type: "button", class: "button quiet small" }, icon("x"));
    remove.setAttribute("aria-label", say("Remove {name}", { name: entry.name }));
    remove.addEventListener("click", () => this.#onRemove(entry));
    const drawing = icon(entry.isFolder ? "folder" : "file");
    const row = make("li", {}, drawing, name, make("span", { class: "size" }, size(bytesOf(entry.files))), remove);
    row.addEventListener("keydown", (event) => {
      if (event.key === "Delete") this.#onRemove(entry);
    });
    return row;
  }
}
