// An opened text: as it was, to copy, hide, wrap or save.

import { say } from "../../words.ts";
import { copyButton } from "../copy.ts";
import { make } from "../dom.ts";
import { button } from "../outline.ts";
import { announce } from "../page.ts";
import type { Exports } from "./exports.ts";
import type { Sheet } from "./files.ts";
import { download } from "./saving.ts";

/** So many characters stand in one line of a phone. */
const UNWRAPPED = 36;

export function textSheet(text: string, exports: Exports): Sheet {
  const shown = make("pre", { class: "shown", dir: "auto", tabindex: "0", "aria-label": say("The text") }, text);
  const hidden = make("p", { class: "covered lined" }, make("span", {}, say("Hidden. Only this page has it.")));
  const place = make("div", {}, shown);
  const hide = button(say("Hide"), () => {
    const isHidden = shown.isConnected;
    if (isHidden) hidden.style.setProperty("block-size", `${shown.offsetHeight}px`);
    place.replaceChildren(isHidden ? hidden : shown);
    hide.textContent = isHidden ? say("Show") : say("Hide");
    announce(isHidden ? say("Text hidden.") : say("Text shown."));
  });
  let isKept = false;
  const keep = () => (isKept = true);
  const save = button(say("Save"), () => {
    download("text.txt", new Blob([text]));
    keep();
  });
  const age = exports.button(say("Save as .age"), "age");
  const copy = copyButton(say("Copy"), () => text, say("Text copied."), "main");
  copy.addEventListener("copied", keep);
  document.addEventListener("copy", () => getSelection()?.containsNode(shown, true) && keep()); // by hand
  const actions = make("div", { class: "actions" }, copy, hide, save, ...wraps(shown, text), age);
  return { element: make("div", { class: "paper" }, place, actions), isUnsaved: () => !isKept, saved: keep };
}

/** Only where a line may be too long for this page. */
function wraps(shown: HTMLElement, text: string): HTMLElement[] {
  if (!text.split("\n").some((line) => line.length > UNWRAPPED)) return [];
  const wrap = button(say("Wrap lines"), () => {
    const runsOn = shown.classList.toggle("runs-on");
    wrap.setAttribute("aria-pressed", String(!runsOn));
  });
  wrap.setAttribute("aria-pressed", "true");
  return [wrap];
}
