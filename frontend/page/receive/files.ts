// Opened files: rows to save one by one, or all as one zip; the note that came with them above.

import type { OpenedFile } from "../../messages.ts";
import { say, sayMany } from "../../words.ts";
import { make } from "../dom.ts";
import { icon } from "../icons.ts";
import { announce } from "../page.ts";
import { size } from "../sizes.ts";
import type { Exports } from "./exports.ts";
import type { Opened } from "./opening.ts";
import { saveLink } from "./saving.ts";

const UNCOUNTED = 8;

export interface Sheet {
  element: HTMLElement;
  isUnsaved(): boolean;
  /** All of it, in one file. */
  saved(): void;
}

export function fileSheet({ files, note, savedAs }: Opened, exports: Exports): Sheet {
  const unsaved = new Set(savedAs === null ? files : []);
  const element = make("div", { class: "paper" });
  if (note) element.append(make("p", { class: "shown", dir: "auto" }, note));
  if (files.length > UNCOUNTED) element.append(make("p", { class: "help" }, total(files)));
  element.append(rows(files, savedAs === null ? (file) => unsaved.delete(file) : null));
  if (savedAs === null) {
    const zip = exports.button(say("Save all as one zip"), "zip", "main");
    const age = exports.button(say("Save as .age"), "age");
    element.append(make("div", { class: "actions" }, ...(files.length > 1 ? [zip] : []), age));
  }
  return { element, isUnsaved: () => unsaved.size > 0, saved: () => unsaved.clear() };
}

/** *saved* hears of each; null: they are saved already. */
function rows(files: OpenedFile[], saved: ((file: OpenedFile) => void) | null): HTMLElement {
  const style = files.length === 1 ? "button main" : "button";
  const list = make("ul", { class: "rows" }, ...files.map((file) => row(file, style, saved && (() => saved(file)))));
  if (files.length > UNCOUNTED) {
    list.tabIndex = 0;
    list.setAttribute("aria-label", say("The files"));
  }
  return list;
}

function row(file: OpenedFile, style: string, saved: (() => void) | null): HTMLLIElement {
  const name = make("bdi", { dir: "auto" }, file.name);
  const made = make("li", {}, icon("file"), make("span", { class: "name" }, name), make("span", { class: "size" }, size(file.size)));
  if (!saved) return made;
  const link = saveLink(file.name, file.blob, style);
  link.setAttribute("aria-label", say("Save {name}", { name: file.name }));
  link.append(icon("download"), make("span", {}, say("Save")));
  link.addEventListener("click", () => {
    saved();
    // What is heard holds what is seen: who speaks to the computer says what stands there.
    link.replaceChildren(icon("check"), make("span", {}, say("Saved")), make("bdi", { class: "unseen" }, ` ${file.name}`));
    link.removeAttribute("aria-label");
    announce(say("{name} handed to your browser.", { name: file.name }));
    link.className = "button is-saved";
  });
  made.append(link);
  return made;
}

function total(files: OpenedFile[]): string {
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  return sayMany(files.length, "One file, {size}.", "{n} files, {size}.", { size: size(bytes) });
}
