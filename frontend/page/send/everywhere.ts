// Dropping and pasting anywhere on the page.

import { say } from "../../words.ts";
import { make } from "../dom.ts";
import { page } from "../page.ts";
import { entriesDropped, entriesOf } from "./chosen.ts";
import type { Slip } from "./slip.ts";

const FIELDS = "input, textarea, select, [contenteditable]";

/** *isOpen*: whether the slip takes anything now. */
export function takeFromEverywhere(slip: Slip, isOpen: () => boolean): void {
  const cover = make("div", { class: "drop lined", "aria-hidden": "true" }, make("span", {}, say("Drop to add")));
  const carries = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

  document.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault(); // else the browser opens the file instead of this page
    if (event.dataTransfer) event.dataTransfer.dropEffect = isOpen() ? "copy" : "none";
    if (isOpen() && !cover.isConnected) slip.form.append(cover);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) cover.remove();
  });
  document.addEventListener("drop", async (event) => {
    cover.remove();
    if (!carries(event) || !event.dataTransfer) return;
    event.preventDefault();
    if (!isOpen()) return;
    try {
      const entries = await entriesDropped(event.dataTransfer, page.limits.files);
      if (isOpen()) slip.add(entries); // a big folder takes its time, and the strip may have been pressed
    } catch {
      if (isOpen()) slip.refuse(say("What you dropped cannot be read whole, so none of it was added. Try the button instead."), slip.addButton);
    }
  });
  document.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    if (!data || !isOpen()) return;
    const isInField = event.target instanceof Element && event.target.closest(FIELDS);
    const text = data.getData("text/plain");
    if (data.files.length && !(isInField && text)) {
      event.preventDefault();
      slip.add(entriesOf(data.files));
    } else if (text && !isInField) {
      event.preventDefault();
      slip.insert(text);
    }
  });
}
