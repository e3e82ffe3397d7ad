// A question in place of the button that ends something: one sentence, two buttons, Escape goes back.

import { focusOn, make } from "./dom.ts";

interface Question {
  sentence: string;
  /** Says what it does: "Revoke", never "Yes". */
  yes: string;
  no: string;
  act: () => void;
}

/** Pressing *button* asks; *question* is made at that moment, so that it is true then. */
export function asksFirst(button: HTMLButtonElement, question: () => Question): void {
  button.addEventListener("click", () => {
    const { sentence, yes, no, act } = question();
    const words = make("p", {}, sentence);
    const yesButton = make("button", { type: "button", class: "button danger" }, yes);
    const noButton = make("button", { type: "button", class: "button" }, no);
    const asked = make("div", { class: "asked", role: "group" }, words, make("div", { class: "actions" }, yesButton, noButton));
    const goBack = () => {
      asked.replaceWith(button);
      button.focus();
    };
    yesButton.addEventListener("click", () => {
      goBack();
      act();
    });
    noButton.addEventListener("click", goBack);
    asked.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      goBack();
    });
    button.replaceWith(asked);
    focusOn(words);
  });
}
