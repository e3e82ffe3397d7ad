// A field for a password that someone was told: hidden or shown, and refused in place.

import { say } from "../words.ts";
import { make } from "./dom.ts";
import { icon } from "./icons.ts";
import { announce } from "./page.ts";

export interface SecretField {
  element: HTMLElement;
  input: HTMLInputElement;
  refuse(sentence: string): void;
}

export function passwordField(label: string, help: string): SecretField {
  const input = make("input", {
    class: "mono",
    id: "secret",
    type: "password",
    maxlength: "1024",
    autocomplete: "one-time-code", // no browser offers to keep it
    autocapitalize: "none",
    spellcheck: "false",
    "aria-describedby": "secret-help",
  });
  const words = make("p", { class: "help", id: "secret-help" }, help);
  const element = make(
    "div",
    { class: "field" },
    make("label", { for: "secret" }, label),
    make("div", { class: "peek" }, input, showButton(input)),
    words,
  );
  const refuse = (sentence: string) => {
    words.className = "problem";
    words.replaceChildren(icon("circle-alert"), make("span", {}, sentence));
    input.setAttribute("aria-invalid", "true");
    input.focus();
    input.select();
    announce(sentence, "alert");
  };
  return { element, input, refuse };
}

function showButton(input: HTMLInputElement): HTMLButtonElement {
  const button = make("button", { type: "button", class: "button", "aria-pressed": "false", "aria-label": say("Show the password") });
  button.append(icon("eye"));
  button.addEventListener("click", () => {
    const isShown = input.type === "password";
    input.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
    button.replaceChildren(isShown ? icon("eye-off") : icon("eye"));
    announce(isShown ? say("Password shown.") : say("Password hidden."));
  });
  return button;
}
