// The page that a link from a letter or an administrator leads to: its secret is taken out of the address, and sent
// when somebody presses the button. Looking alone does nothing, so that programs which look into mails end no link.

import { find, make } from "../page/dom.ts";
import { retitle, spoken } from "../page/page.ts";
import { say } from "../words.ts";

const HEADINGS: Record<string, () => string> = {
  invitation: () => say("You are invited"),
  password: () => say("Choose a new password"),
  address: () => say("Confirm your address"),
};

async function begin(): Promise<void> {
  await spoken;
  const [kind = ""] = location.hash.slice(1).split(".");
  const heading = HEADINGS[kind];
  if (!heading) return;
  const field = find<HTMLInputElement>("#link");
  field.value = location.href;
  field.type = "hidden";
  field.closest(".field")?.replaceWith(field);
  history.replaceState(null, "", location.pathname + location.search);
  find("h1").textContent = heading();
  retitle(heading());
  find(".lead").replaceWith(make("p", { class: "lead" }, said(kind)));
}

function said(kind: string): string {
  if (kind === "invitation") return say("This link lets one person make an account, once.");
  if (kind === "password") return say("This link leads to a new password, once.");
  return say("This link shows that the address is yours.");
}

void begin();
