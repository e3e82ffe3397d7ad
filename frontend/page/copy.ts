// A button that copies, and says so for two seconds without changing its width.

import { say } from "../words.ts";
import { make } from "./dom.ts";
import { icon } from "./icons.ts";
import { announce } from "./page.ts";

const SHOWN_MS = 2000;

/** *label*: "Copy link"; *copied* is heard: "Link copied."; *style*: more classes, "main". */
export function copyButton(label: string, text: () => string, copied: string, style = ""): HTMLButtonElement {
  const rest = make("span", {}, icon("copy"), label);
  const done = make("span", { class: "did" }, icon("check"), say("Copied"));
  const button = make("button", { type: "button", class: `button swap ${style}`.trim() }, rest, done);
  let timer = 0;
  button.addEventListener("click", async () => {
    if (!(await copy(text()))) {
      announce(say("This browser does not copy. Select the text, and copy it yourself."), "alert");
      return;
    }
    button.dispatchEvent(new CustomEvent("copied", { bubbles: true }));
    announce(copied);
    button.classList.add("is-done");
    clearTimeout(timer);
    timer = window.setTimeout(() => button.classList.remove("is-done"), SHOWN_MS);
  });
  return button;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByHand(text);
  }
}

/** Where the newer way is missing or refused. */
function copiedByHand(text: string): boolean {
  const before = document.activeElement;
  const field = make("textarea", { class: "unseen", readonly: true, "aria-hidden": "true" });
  field.value = text;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return isCopied;
}
