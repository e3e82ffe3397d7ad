// The sender's own page: looks again every few seconds while someone looks at it, and says what changed.

import { ApiRefusal, burn, Offline, type Receipt, receipt, unlock } from "../../api.ts";
import { encode } from "../../sealing/encoding.ts";
import { manageToken } from "../../sealing/keys.ts";
import type { Link } from "../../sealing/links.ts";
import { say, sayMany } from "../../words.ts";
import { type Again, onReturn } from "../again.ts";
import { make } from "../dom.ts";
import { icon } from "../icons.ts";
import { announce, page } from "../page.ts";
import { showPaste } from "../paste.ts";
import { span } from "../times.ts";
import { showTrouble } from "../trouble.ts";
import { isOver } from "./told.ts";
import { looksAgain, notDone, refreshRelative, showStub } from "./view.ts";

const EVERY_MS = 5000;

type Call = (ask: { token: Uint8Array }) => Promise<Receipt>;

/** What a button does: the call, and what is said when it was done, and when not. */
interface Act {
  call: Call;
  done: string;
  /** The server does not answer. */
  failed: string;
  /** It answered that there were too many. */
  refused: (time: string) => string;
}

export class Stub {
  readonly #link: Link;
  readonly #id: string;
  readonly #form: HTMLFormElement;
  #again: Again | null = null;
  #timer = 0;
  #failures = 0;
  #shown = "";
  #heading = "";
  #calls = 0;
  #isActing = false;

  constructor(link: Link, form: HTMLFormElement) {
    this.#link = link;
    this.#id = encode(link.shareId);
    this.#form = form;
    onReturn(this.look);
  }

  readonly look = async (): Promise<void> => {
    if (!this.#isActing) await this.#do((ask) => receipt(this.#id, ask));
  };

  async #act(act: Act): Promise<void> {
    if (this.#isActing) return;
    this.#isActing = true;
    notDone.hidden = true;
    await this.#do(act.call, act);
  }

  /** What comes back is shown, unless something newer was asked meanwhile, and the next look is set. */
  async #do(call: Call, act?: Act): Promise<void> {
    clearTimeout(this.#timer);
    this.#again?.cancel();
    this.#calls += 1;
    const own = this.#calls;
    try {
      const found = await call({ token: await manageToken(this.#link.secret, this.#link.shareId) });
      if (own !== this.#calls) return;
      if (act) this.#isActing = false;
      this.#failures = 0;
      this.#show(found, act?.done ?? "");
    } catch (error) {
      if (own !== this.#calls) return;
      if (act) this.#isActing = false;
      this.#fail(error, act);
    }
  }

  #show(found: Receipt, said: string): void {
    const { secondsLeft: _, ...lasting } = found;
    const state = JSON.stringify(lasting);
    if (state !== this.#shown) this.#draw(found, state, said);
    else refreshRelative();
    looksAgain.textContent = isOver(found) ? "" : say("This page looks again by itself.");
    if (!isOver(found)) this.#next();
  }

  #draw(found: Receipt, state: string, said: string): void {
    const isFirst = this.#shown === "" || this.#shown === "trouble";
    // Whoever was at a button, or has just pressed one, is led to the new heading; nobody else is moved.
    const isHere = said !== "" || document.activeElement?.closest("main") != null;
    const acts = {
      revoke: () =>
        void this.#act({
          call: (ask) => this.#revoke(ask),
          done: say("Revoked."),
          failed: say("Not revoked: the server does not answer. Press again."),
          refused: (time) => say("Not revoked: too many tries from your network. Press again in {time}.", { time }),
        }),
      unlock: () =>
        void this.#act({
          call: (ask) => unlock(this.#id, ask),
          done: say("Unlocked."),
          failed: say("Not unlocked: the server does not answer. Press again."),
          refused: (time) => say("Not unlocked: too many tries from your network. Press again in {time}.", { time }),
        }),
    };
    this.#shown = state;
    const told = showStub(found, acts, isFirst || !isHere);
    if (isFirst) announce(told.heading);
    else if (said || told.heading !== this.#heading) announce(said || told.heading);
    this.#heading = told.heading;
  }

  async #revoke(ask: { token: Uint8Array }): Promise<Receipt> {
    await burn(this.#id, ask);
    return receipt(this.#id, ask);
  }

  /** Only while someone looks: a page in the background asks when it comes back. */
  #next(): void {
    clearTimeout(this.#timer);
    if (document.visibilityState === "visible") this.#timer = window.setTimeout(this.look, EVERY_MS);
  }

  #fail(error: unknown, act?: Act): void {
    if (error instanceof ApiRefusal && error.refusal.code === "unknown") {
      if (this.#shown === "unknown") return;
      this.#shown = "unknown";
      const sentence = sayMany(
        page.tombstoneDays,
        "Part of the link may be missing, or it ended more than {n} day ago. We cannot tell which. Look for the whole link where you kept it.",
        "Part of the link may be missing, or it ended more than {n} days ago. We cannot tell which. Look for the whole link where you kept it.",
      );
      showPaste(this.#form, say("Nothing under this link"), sentence);
      return;
    }
    if (error instanceof ApiRefusal && ["not_locked", "no_unlocks_left"].includes(error.refusal.code)) return void this.look();
    if (!(error instanceof ApiRefusal || error instanceof Offline)) throw error;
    if (act) this.#say(error, act);
    this.#failures += 1;
    // What stands there was true a moment ago, and is better than nothing.
    if (this.#shown && this.#shown !== "trouble") {
      looksAgain.textContent = say("The server does not answer just now. This is how it stood a moment ago; the page looks again by itself.");
      return this.#next();
    }
    const offline = say("This page looks again when you are back.");
    const quietly = this.#shown === "trouble";
    this.#again = showTrouble(error, { failures: this.#failures, offline, look: this.look, quietly });
    this.#shown = "trouble";
  }

  /** Nobody shall believe in something that was not done. */
  #say(error: ApiRefusal | Offline, act: Act): void {
    const isTooMany = error instanceof ApiRefusal && error.refusal.code === "too_many";
    const words = isTooMany ? act.refused(span(error.refusal.retryAfterSeconds ?? 60)) : act.failed;
    notDone.replaceChildren(icon("circle-alert"), make("span", {}, words));
    notDone.hidden = false;
    announce(words, "alert");
  }
}
