// The slip that one writes on: the served form, taken over element by element.

import { say, sayMany } from "../../words.ts";
import type { Chosen, SendOrder } from "../../messages.ts";
import { find, make } from "../dom.ts";
import { icon } from "../icons.ts";
import { announce, page } from "../page.ts";
import { limit, size, unbroken } from "../sizes.ts";
import { bytesOf, entriesOf, type Entry } from "./chosen.ts";
import { room, tooMuch } from "./limits.ts";
import { PasswordPart } from "./password.ts";
import { Rows } from "./rows.ts";

/** A field that grows with so much text is laid out for seconds at each key. */
const LONG = 20_000;

/** What one may leave: bytes, and what to choose from, each with its words. */
export interface Offer {
  shareBytes: number;
  lifetimes: [number, string][];
  opens: [number, string][];
}

export class Slip {
  readonly form = find<HTMLFormElement>("form.slip");
  readonly tear = find(".tear", this.form);
  readonly strip = find<HTMLButtonElement>(".strip", this.tear);
  readonly text = find<HTMLTextAreaElement>("#text", this.form);
  readonly #terms = find(".terms", this.form);
  readonly #password: PasswordPart;
  readonly #rows = new Rows((entry) => this.#remove(entry));
  readonly #add: HTMLElement;
  readonly addButton = make("button", { type: "button", class: "button quiet" }, icon("file-plus"), say("Add files"));
  readonly #room = make("p", { class: "help room", id: "room" });
  readonly #hint = make("span", { class: "second hint" }, upTo(page.limits.shareBytes));
  readonly #hides = make("input", { type: "checkbox", id: "hides", "aria-describedby": "hides-help" });
  readonly #hiding: HTMLElement;
  /** Below the strip, so that what is said moves nothing under the pointer. */
  readonly #foot: HTMLElement;
  readonly #problem = make("p", { class: "problem", id: "problem" });
  readonly #line = make("p", { class: "second" });
  readonly #onSend: () => void;
  #entries: Entry[] = [];

  constructor(onSend: () => void) {
    this.#onSend = onSend;
    this.form.setAttribute("novalidate", "");
    find(".write", this.form).before(this.#rows.element);
    find(".write", this.form).append(this.#room);
    this.#add = find(".add", this.form);
    this.#add.replaceChildren(this.#adding());
    this.#password = new PasswordPart(find(".whole", this.#terms));
    this.#hiding = this.#sizeHiding();
    this.form.querySelector("#problem")?.remove(); // said to who came without a script
    this.#terms.after(this.#password.panel, this.#hiding);
    this.#foot = find(".in:last-child", this.form);
    this.showBelow(this.#line);
    this.text.removeAttribute("autofocus");
    this.text.setAttribute("aria-describedby", "room");
    this.#password.field.addEventListener("input", () => this.#forgive());
    this.text.addEventListener("input", () => this.changed());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#onSend();
    });
    this.form.addEventListener("keydown", (event) => {
      const isPress = event.key === "Enter" && (event.ctrlKey || event.metaKey || event.target === this.#password.field);
      if (!isPress || event.isComposing) return;
      event.preventDefault();
      this.#onSend();
    });
    this.changed();
  }

  get passwordField(): HTMLElement {
    return this.#password.field;
  }

  get files(): Chosen[] {
    return this.#entries.flatMap((entry) => entry.files);
  }

  add(entries: Entry[]): void {
    const files = entries.flatMap((entry) => entry.files);
    if (!files.length) return;
    this.#entries.push(...entries);
    this.changed();
    announce(sayMany(files.length, "{n} file added, {size} in all.", "{n} files added, {size} in all.", { size: size(bytesOf(this.files)) }));
  }

  /** What was pasted elsewhere on the page comes to where the caret was. */
  insert(text: string): void {
    this.text.setRangeText(text, this.text.selectionStart, this.text.selectionEnd, "end");
    this.text.focus();
    this.changed();
  }

  /** null: something is missing or too much, and has been said. */
  order(): SendOrder | null {
    const files = this.files;
    const text = this.text.value;
    if (!files.length && !text) return this.refuse(say("Nothing to seal yet. Type some text or add files."), this.text);
    const why = tooMuch(files, text);
    if (why) return this.refuse(why, this.text);
    const password = this.#password.value;
    if (password === "") return this.refuse(say("The password is empty. Type one, or remove it."), this.#password.field);
    return {
      order: "send",
      files,
      text: text || null,
      password,
      lifetimeSeconds: Number(find<HTMLSelectElement>("#expires", this.form).value),
      opens: Number(find<HTMLSelectElement>("#opens", this.form).value),
      hidesSize: this.#hides.checked,
      publicUrl: page.publicUrl,
      account: null,
    };
  }

  /** Puts *line* where it says what is true about all of it. */
  showBelow(line: HTMLElement = this.#line): void {
    this.#foot.replaceChildren(this.#problem, line);
  }

  /** Says *sentence*; *field* is where to mend it. */
  refuse(sentence: string, field: HTMLElement): null {
    this.#problem.className = "problem";
    this.#problem.replaceChildren(icon("circle-alert"), make("span", {}, sentence));
    this.#problem.hidden = false;
    if (field instanceof HTMLTextAreaElement) field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `problem ${field.getAttribute("aria-describedby") ?? ""}`.trim());
    field.focus();
    announce(sentence, "alert");
    return null;
  }

  /** Something happened that nobody has to mend. */
  tell(sentence: string): void {
    this.#problem.className = "note";
    this.#problem.replaceChildren(sentence);
    this.#problem.hidden = false;
    announce(sentence);
  }

  /** While it is sealed and sent, nothing of it can be changed. */
  hold(yes: boolean): void {
    this.form.classList.toggle("is-held", yes);
    for (const part of this.form.children) {
      if (part !== this.tear && part !== this.#foot) part.toggleAttribute("inert", yes);
    }
    if (yes) this.#problem.hidden = true;
  }

  #remove(entry: Entry): void {
    const at = this.#entries.indexOf(entry);
    this.#entries.splice(at, 1);
    this.changed();
    const left = this.files.length;
    announce(sayMany(left, "{name} removed. {n} file left.", "{name} removed. {n} files left.", { name: entry.name }));
    if (!this.#rows.focusAt(at)) this.addButton.focus();
  }

  changed(): void {
    const hasFiles = this.#entries.length > 0;
    this.#rows.draw(this.#entries);
    this.form.classList.toggle("has-files", hasFiles);
    this.text.classList.toggle("is-long", this.text.value.length > LONG);
    this.text.placeholder = hasFiles ? say("A short note to go with the files (optional)") : say("Type or paste text");
    this.#room.textContent = unbroken(room(hasFiles, this.text.value));
    this.#hiding.hidden = !hasFiles;
    this.#forgive();
    this.#sayTrust();
  }

  #forgive(): void {
    this.#problem.hidden = true;
    for (const field of [this.text, this.#password.field, this.addButton, this.strip]) {
      field.removeAttribute("aria-invalid");
      field.setAttribute("aria-describedby", (field.getAttribute("aria-describedby") ?? "").replaceAll("problem", "").trim());
    }
  }

  #sayTrust(): void {
    const n = this.files.length;
    const trust = say("Sealed in this browser. The server never sees what is inside.");
    const sum = n ? sayMany(n, "{n} file, {size}.", "{n} files, {size}.", { size: size(bytesOf(this.files)) }) : "";
    this.#line.textContent = `${unbroken(sum)} ${trust}`.trim();
  }

  /** What this person may choose, where it is not what everybody may. */
  offer({ shareBytes, lifetimes, opens }: Offer): void {
    page.limits.shareBytes = shareBytes;
    this.#hint.textContent = upTo(shareBytes);
    choices(find<HTMLSelectElement>("#expires", this.form), lifetimes);
    choices(find<HTMLSelectElement>("#opens", this.form), opens);
  }

  #adding(): HTMLElement {
    const buttons = [this.#opens(this.addButton, false)];
    if ("webkitdirectory" in HTMLInputElement.prototype && !matchMedia("(pointer: coarse)").matches) {
      const folder = make("button", { type: "button", class: "button quiet" }, icon("folder-plus"), say("Add a folder"));
      buttons.push(this.#opens(folder, true));
    }
    return make("div", { class: "actions" }, ...buttons, this.#hint);
  }

  #opens(button: HTMLButtonElement, isFolder: boolean): HTMLButtonElement {
    const picker = make("input", { type: "file", multiple: true });
    picker.webkitdirectory = isFolder;
    picker.addEventListener("change", () => {
      this.add(entriesOf(picker.files ?? []));
      picker.value = "";
    });
    button.addEventListener("click", () => picker.click());
    return button;
  }

  #sizeHiding(): HTMLElement {
    const label = make("label", { for: "hides" }, this.#hides, say("Hide the exact size"));
    const help = say("Adds up to 12 % of padding, so the server sees only a rough size.");
    return make("div", { class: "tick" }, label, make("p", { class: "help", id: "hides-help" }, unbroken(help)));
  }
}

function upTo(bytes: number): string {
  const max = limit(bytes);
  return matchMedia("(pointer: fine)").matches
    ? say("or drop them anywhere, up to {max}", { max })
    : say("up to {max}", { max });
}

function choices(select: HTMLSelectElement, offered: [number, string][]): void {
  const chosen = select.value;
  select.replaceChildren(...offered.map(([value, words]) => make("option", { value: `${value}` }, words)));
  if (offered.some(([value]) => `${value}` === chosen)) select.value = chosen;
}
