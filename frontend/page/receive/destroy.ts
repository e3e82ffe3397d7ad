// Ending a share without looking at it: a claim and its burn at once, nothing fetched.

import { ApiRefusal, burn } from "../../api.ts";
import { say } from "../../words.ts";
import type { Refusal, Report } from "../../messages.ts";
import { unb64 } from "../../sealing/encoding.ts";
import type { Link } from "../../sealing/links.ts";
import { UNSEEN_MS } from "../busy.ts";
import { asksFirst } from "../confirm.ts";
import { make } from "../dom.ts";
import { mark } from "../icons.ts";
import { button } from "../outline.ts";
import { announce } from "../page.ts";
import { heading, show } from "../state.ts";
import { span } from "../times.ts";
import { forget, keep } from "./keep.ts";
import { listen, order } from "./orders.ts";

export interface DestroyEnds {
  /** *at* null: somebody else still fetches what they opened. */
  destroyed(at: string | null): void;
  refused(refusal: Refusal): void;
}

export function destroyButton(destroy: () => void): HTMLButtonElement {
  const quiet = button(say("Destroy it unopened"), () => {}, "quiet");
  asksFirst(quiet, () => ({
    sentence: say("Destroy it? Nobody can open it then, you included."),
    yes: say("Destroy"),
    no: say("Keep it"),
    act: destroy,
  }));
  return quiet;
}

export class Destroying {
  #isWorking = true;
  #isShown = false;
  readonly #id: string;
  readonly #ends: DestroyEnds;
  readonly #words = make("p");
  readonly #actions = make("div", { class: "actions" });

  constructor(link: Link, id: string, password: string | null, leaseSecret: string, ends: DestroyEnds) {
    this.#id = id;
    this.#ends = ends;
    // Before the claim: a page that is reloaded brings it to its end.
    keep(id, { leaseSecret, half: null, to: "memory", hasMore: false, destroys: true });
    listen((report) => this.#on(report));
    setTimeout(() => this.#isWorking && this.#show(), UNSEEN_MS);
    order({ order: "destroy", link: link.url, password, leaseSecret });
  }

  get isWorking(): boolean {
    return this.#isWorking;
  }

  #on(report: Report): void {
    switch (report.report) {
      case "waiting":
        return this.#wait(report.why, report.seconds);
      case "going-on":
        this.#actions.replaceChildren();
        return this.#say(told());
      case "destroyed":
        this.#isWorking = false;
        forget(this.#id);
        return this.#ends.destroyed(report.at);
      case "refused":
        this.#isWorking = false;
        return this.#ends.refused(report.refusal);
    }
  }

  #show(): void {
    if (this.#isShown) return;
    this.#isShown = true;
    const outline = make("div", { class: "outline" }, mark("sealed", "mark large"), this.#words, this.#actions);
    show(say("Destroying"), [heading(say("Destroying")), outline]);
    this.#say(told());
  }

  #wait(why: "offline" | "busy", seconds: number): void {
    this.#show();
    if (!this.#actions.hasChildNodes()) this.#actions.append(button(say("Try now"), () => order({ order: "retry" }), "main"));
    this.#say(
      why === "offline"
        ? say("No connection. It goes on by itself when the line is back.")
        : say("The server asks us to wait. Next try in {time}.", { time: span(seconds) }),
    );
  }

  #say(words: string): void {
    if (this.#words.textContent === words) return;
    this.#words.textContent = words;
    announce(words);
  }
}

function told(): string {
  return say("The server is told to destroy it, unopened. Leave this page open until it has.");
}

/** After a reload: whether it was taken from here. Then it is ended, once more if need be. */
export async function endsOwn(id: string, leaseSecret: string): Promise<boolean> {
  try {
    await burn(id, { token: unb64(leaseSecret) });
    return true;
  } catch (error) {
    if (error instanceof ApiRefusal && error.refusal.code === "unknown") return false;
    throw error;
  }
}
