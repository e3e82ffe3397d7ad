// Whether this page may seal and open at all: browsers give out their cryptography over https only.

import { say } from "../words.ts";
import { filled } from "./dom.ts";

export function isSecure(): boolean {
  return globalThis.isSecureContext && globalThis.crypto?.subtle !== undefined;
}

/** Why the served form is all there is here; it stands above that form, which works as it is. */
export function insecureNote(): HTMLElement {
  const note = document.createElement("p");
  const strong = document.createElement("strong");
  note.className = "note";
  strong.textContent = say("This address is not secure.");
  const words = say("Browsers seal and open only over https. Open {address}, or let the server do it: it sees the content while it does.");
  note.append(strong, " ", ...filled(words, { address: elsewhere() }));
  return note;
}

function elsewhere(): HTMLElement {
  const link = document.createElement("a");
  link.href = `https://${location.host}${location.pathname}${location.hash}`;
  link.textContent = `https://${location.host}`;
  return link;
}
