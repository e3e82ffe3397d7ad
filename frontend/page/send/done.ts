// It is sealed: the link, what to do with it, and the stub.

import { ours } from "../../base.ts";
import { say, sayMany } from "../../words.ts";
import { copyButton } from "../copy.ts";
import { filled, find, focusOn, type Inside, make } from "../dom.ts";
import { icon } from "../icons.ts";
import { linkBox, qrCode } from "../linkbox.ts";
import { announce, retitle } from "../page.ts";
import { forget, isRemembering, remember } from "../stubs.ts";
import { timeElement } from "../times.ts";
import { type Left, message } from "./message.ts";

/** *onTaken*: the link has been copied, shown or handed on, so that leaving loses nothing. */
export function showDone(left: Left, onTaken: () => void): void {
  const main = find("#content");
  const heading = make("h2", { id: "send" }, say("Send this link"));
  const slip = make(
    "div",
    { class: "slip" },
    make("div", { class: "lined cover" }),
    make("div", { class: "tear lined-in" }, make("p", { class: "strip still set" }, make("span", {}, ...opensUntil(left)))),
    make("div", { class: "lined cover low" }),
    make("section", { class: "in", "aria-labelledby": "send" }, heading, ...toSend(left, onTaken)),
    make("div", { class: "perforation" }),
    make("section", { class: "in", "aria-labelledby": "stub" }, make("h2", { id: "stub" }, say("Your stub")), ...toKeep(left)),
  );
  const again = make("p", { class: "after" }, make("a", { href: ours("/") }, say("Leave something else")));
  const lead = sayMany(
    left.order.opens,
    "Send the link to one person, any way you like. Whoever opens it first gets what is inside.",
    "Send the link any way you like. The first {n} to open it get what is inside.",
  );
  const head = make("div", {}, make("h1", {}, say("It is sealed.")), make("p", { class: "lead" }, lead));
  main.replaceChildren(head, make("div", { class: "side" }, slip, again), find(".marks"));
  retitle(say("Sealed"));
  announce(say("Sealed. The link is ready to copy."));
  scrollTo(0, 0);
  focusOn(heading);
}

function opensUntil({ order, expiresAt }: Left): Inside[] {
  const said = sayMany(order.opens, "Sealed. Opens once, until {time}.", "Sealed. Opens {n} times, until {time}.");
  return filled(said, { time: timeElement(expiresAt) });
}

function toSend(left: Left, onTaken: () => void): HTMLElement[] {
  const copy = copyButton(say("Copy link"), () => left.link, say("Link copied."), "main");
  const copyMessage = copyButton(say("Copy as message"), () => message(left), say("Message copied."));
  const qr = qrCode(left.link);
  for (const button of [copy, copyMessage]) button.addEventListener("copied", onTaken);
  qr.button.addEventListener("click", onTaken);
  const buttons = [copy, qr.button, copyMessage];
  if ("share" in navigator) buttons.push(shareButton(left, onTaken));
  const parts = [linkBox(left.link), make("div", { class: "actions" }, ...buttons), qr.place];
  parts.push(make("p", { class: "second" }, whatNext(left.order.opens)));
  if (left.order.password !== null) parts.push(...password(left.order.password));
  return parts;
}

function whatNext(opens: number): string {
  return opens === 1
    ? say("It is shown only here. Do not open it yourself to try it: the first opening is the only one. After that it is destroyed, and your stub says when.")
    : say("It is shown only here. After the last opening it is destroyed, and your stub says when.");
}

function shareButton(left: Left, onTaken: () => void): HTMLButtonElement {
  const button = make("button", { type: "button", class: "button" }, icon("share-2"), say("Share"));
  button.addEventListener("click", async () => {
    try {
      await navigator.share({ url: left.link });
      onTaken();
    } catch {
      // Closed without choosing anybody.
    }
  });
  return button;
}

function password(words: string): HTMLElement[] {
  const said = filled(say("They also need the password: {words}"), { words: make("code", { class: "secret", dir: "ltr" }, words) });
  return [
    make("p", { class: "note" }, ...said, make("br"), say("Not in the same message as the link.")),
    make("div", { class: "actions" }, copyButton(say("Copy password"), () => words, say("Password copied."))),
  ];
}

function toKeep(left: Left): HTMLElement[] {
  const copy = copyButton(say("Copy stub link"), () => left.manageLink, say("Stub link copied."));
  const open = make("a", { class: "button quiet", href: left.manageLink, target: "_blank", rel: "noopener" }, say("Open the stub"));
  return [
    make("p", { class: "second" }, say("Keep this link for yourself. It tells you when the share was opened, and lets you revoke it before that.")),
    make("div", { class: "only-printed" }, linkBox(left.manageLink)),
    make("div", { class: "actions" }, copy, open),
    remembering(left),
  ];
}

/** Off unless asked; who asked once is asked no more until all are forgotten. */
function remembering({ manageLink, expiresAt }: Left): HTMLElement {
  const box = make("input", { type: "checkbox", id: "remember", "aria-describedby": "remember-help" });
  const stub = { link: manageLink, leftAt: new Date().toISOString(), expiresAt };
  box.checked = isRemembering() && remember(stub);
  box.addEventListener("change", () => {
    if (!box.checked) forget(manageLink);
    else if (!remember(stub)) {
      box.checked = false;
      announce(say("This browser keeps nothing for this site."), "alert");
    }
  });
  const help = say("Stub links only. Who uses this browser can then see them, and revoke.");
  return make(
    "div",
    { class: "tick" },
    make("label", { for: "remember" }, box, say("Remember my stubs in this browser")),
    make("p", { class: "help", id: "remember-help" }, help),
  );
}
