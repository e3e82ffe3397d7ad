// The password: a button among the terms, a panel below them with words by chance and an honest estimate.

import { say } from "../../words.ts";
import { make } from "../dom.ts";
import { icon } from "../icons.ts";
import { page } from "../page.ts";
import { type Strength, strength } from "./strength.ts";

const BARS: Record<Strength, number> = { weak: 1, fair: 2, strong: 3 };

export class PasswordPart {
  readonly panel: HTMLElement;
  readonly field = make("textarea", {
    class: "mono",
    id: "password",
    dir: "ltr",
    rows: "1",
    maxlength: "1024",
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    "aria-describedby": "strength password-help",
  });
  readonly #button: HTMLButtonElement;
  readonly #bars = make("span", { class: "bars", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
  readonly #word = make("span");
  /** What was made here last: its strength is known, not guessed. */
  #made = "";

  /** *cell*: the served field, which becomes a button. */
  constructor(cell: HTMLElement) {
    this.#button = make("button", { type: "button", class: "button", id: "password-button", "aria-controls": "password-panel" });
    this.#button.setAttribute("aria-labelledby", "password-label password-button");
    cell.replaceChildren(make("span", { class: "label", id: "password-label" }, say("Password")), this.#button);
    this.panel = this.#drawn();
    this.#button.addEventListener("click", () => (this.isOpen ? this.close() : void this.open()));
    this.field.addEventListener("input", () => {
      const line = this.field.value.replace(/[\r\n]+/g, "");
      if (line !== this.field.value) this.field.value = line;
      this.#measure();
    });
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.close();
      this.#button.focus();
    });
    this.close();
  }

  get isOpen(): boolean {
    return !this.panel.hidden;
  }

  /** null where there is none; "" where one was wanted, and nothing was typed. */
  get value(): string | null {
    return this.isOpen ? this.field.value : null;
  }

  async open(): Promise<void> {
    this.#show(true);
    this.field.focus();
    await this.#another();
    this.field.select();
  }

  close(): void {
    this.field.value = "";
    this.#show(false);
  }

  #show(isOpen: boolean): void {
    this.panel.hidden = !isOpen;
    this.#button.setAttribute("aria-expanded", String(isOpen));
    this.#button.replaceChildren(...(isOpen ? [icon("x"), say("Remove")] : [icon("key-round"), say("Add one")]));
    this.#measure();
  }

  #drawn(): HTMLElement {
    const another = make("button", { type: "button", class: "button" }, icon("dices"), say("Another"));
    another.addEventListener("click", () => void this.#another());
    return make(
      "div",
      { class: "panel", id: "password-panel", role: "group", "aria-labelledby": "password-label" },
      make("label", { for: "password" }, say("Password")),
      make("div", { class: "words" }, this.field, another),
      make("p", { class: "strength", id: "strength" }, this.#bars, this.#word),
      make("p", { class: "help", id: "password-help" }, say(
        "Tell it to them another way than the link: by phone, or in person. After five wrong tries the share locks.",
      )),
    );
  }

  async #another(): Promise<void> {
    const before = this.field.value;
    const { fourWords } = (await import(page.assets.fourWords)) as typeof import("../../lazy/four-words.ts");
    if (!this.isOpen || this.field.value !== before) return; // what was typed meanwhile is wanted
    this.#made = fourWords();
    this.field.value = this.#made;
    this.#measure();
  }

  #measure(): void {
    const typed = this.field.value;
    const found = typed === this.#made ? "strong" : strength(typed);
    const bars = typed ? BARS[found] : 0;
    [...this.#bars.children].forEach((bar, at) => bar.classList.toggle("is-full", at < bars));
    this.#word.textContent = this.#said(typed, found);
  }

  #said(typed: string, found: Strength): string {
    if (!typed) return say("Type one, or let it choose four words.");
    if (typed === this.#made) return say("Strong: four words by chance, 44 bits.");
    if (found === "weak") return say("Weak. Easy to guess. Longer is better than stranger.");
    return found === "fair" ? say("Fair") : say("Strong");
  }
}
