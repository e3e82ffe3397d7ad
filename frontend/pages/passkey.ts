// Where a passkey is made or shown: the form waits for the browser's own dialogue, and then sends what came of it.

import { find, make } from "../page/dom.ts";
import { icon } from "../page/icons.ts";
import { announce, spoken } from "../page/page.ts";
import { canUsePasskeys, made, shown } from "../page/passkeys.ts";
import { say } from "../words.ts";

type Options = Parameters<typeof shown>[0];

async function credentialFor(form: HTMLFormElement): Promise<object> {
  if (form.dataset["passkey"] === "sign-in") return shown(await asked(form.action));
  const options = JSON.parse(find("#passkey").textContent ?? "") as Options;
  if (form.dataset["passkey"] === "show") return shown(options);
  return made(options, find<HTMLInputElement>("[name=passwordless]", form).checked);
}

/** Anybody may ask: the answer names no account. */
async function asked(url: string): Promise<Options> {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`refused: ${answer.status}`);
  return ((await answer.json()) as { request_options: Options }).request_options;
}

function refuse(form: HTMLFormElement): void {
  const words = say("That did not work. Try again, or another way.");
  form.querySelector(".problem")?.remove();
  find("button", form).after(make("p", { class: "problem" }, icon("circle-alert"), make("span", {}, words)));
  announce(words, "alert");
}

async function begin(): Promise<void> {
  if (!canUsePasskeys()) return;
  await spoken;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      credentialFor(form).then(
        (credential) => {
          find<HTMLInputElement>("[name=credential]", form).value = JSON.stringify(credential);
          form.submit();
        },
        () => refuse(form),
      );
    });
  }
}

void begin();
