// Where a link is missing or cut: the served form takes the whole one, and leads to its page.

import { say } from "../words.ts";
import { follow, lead as leadOf } from "./address.ts";
import { filled, find, type Inside, make } from "./dom.ts";
import { icon } from "./icons.ts";
import { announce } from "./page.ts";
import { heading, lead, show } from "./state.ts";

/** *form*: the served one. Its other fields are for the server, which is not asked here. */
export function showPaste(form: HTMLFormElement, said: string, sentence: string, quietly = false): void {
  const words = lead(sentence);
  words.id = "sentence";
  const field = find<HTMLInputElement>("[name=link]", form);
  field.setAttribute("aria-describedby", words.id);
  for (const other of form.querySelectorAll("[name=password]")) other.closest(".field")?.remove();
  form.querySelector("#problem")?.remove(); // from an earlier time here
  const problem = make("p", { class: "problem", id: "problem" });
  problem.hidden = true;
  field.after(problem);
  const refuse = (...refusal: Inside[]) => {
    const text = make("span", {}, ...refusal);
    problem.replaceChildren(icon("circle-alert"), text);
    problem.hidden = false;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `${words.id} ${problem.id}`);
    field.select();
    announce(text.textContent, "alert");
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    const to = leadOf(field.value, location.origin);
    if (to === "cut") refuse(say("That is not a whole link: the part after the # is missing or cut."));
    else if ("here" in to) follow(to.here);
    else refuse(...otherSite(to.elsewhere));
  };
  show(said, [heading(said), words, form], quietly);
  if (!quietly) announce(sentence, "alert");
}

/** Nobody is led to another site without seeing which. */
function otherSite(url: string): Inside[] {
  const { host } = new URL(url);
  const there = make("a", { href: url, rel: "noreferrer" }, say("Open it there"));
  return filled(say("That link belongs to another site: {host}. {there}, if you trust it."), {
    host: make("bdi", { dir: "ltr" }, host),
    there,
  });
}
