// From the pressed strip to the open content: claim, fetch, verify, burn, by orders to the worker.

import type { Half, Refusal, Report, Sink } from "../../messages.ts";
import type { Link } from "../../sealing/links.ts";
import { say } from "../../words.ts";
import { keepAwake, UNSEEN_MS } from "../busy.ts";
import { asksFirst } from "../confirm.ts";
import { make } from "../dom.ts";
import { button } from "../outline.ts";
import { announce, page, retitle } from "../page.ts";
import { Progress } from "../progress.ts";
import { heading, lead, show } from "../state.ts";
import { moment, span } from "../times.ts";
import { forget, keep } from "./keep.ts";
import { listen, order } from "./orders.ts";
import { type Slip, until } from "./slip.ts";

/** So often it is noted until when one may go on. */
const NOTED_MS = 5000;

export interface Asked {
  link: Link;
  id: string;
  password: string | null;
  leaseSecret: string;
  /** From an earlier claim of this page, to go on with. */
  half: Half | null;
  sink: Sink;
  hasMore: boolean;
}

export type Opened = Extract<Report, { report: "opened" }>;

export interface Ends {
  opened(content: Opened, half: Half): void;
  burned(at: string | null, claimsLeft: number): void;
  unconfirmed(until: string): void;
  exported(name: string, blob: Blob, identity: string | null): void;
  notExported(refusal: Refusal): void;
  refused(refusal: Refusal, half: Half | null): void;
  stopped(half: Half | null): void;
}

function margin(element: HTMLElement): number {
  return Number.parseFloat(getComputedStyle(element).marginBlockStart) || 0;
}

export class Opening {
  readonly #asked: Asked;
  readonly #ends: Ends;
  readonly #slip: Slip;
  readonly #lead = make("span", { class: "not-yet" });
  readonly #below = make("p", { class: "not-yet" });
  #half: Half | null;
  #progress: Progress | null = null;
  #isWorking = true;
  #isKept = false;
  #isOpened = false;
  #notedAt = 0;

  constructor(asked: Asked, slip: Slip, ends: Ends) {
    this.#asked = asked;
    this.#half = asked.half;
    this.#slip = slip;
    this.#ends = ends;
    this.#lead.textContent = asked.hasMore
      ? say("This opening is yours now.")
      : say("It is yours now, on this device. Nobody else can open it.");
    listen((report) => this.#on(report));
    const unseen = setTimeout(() => this.#isWorking && this.#show(), UNSEEN_MS);
    if (asked.half) {
      clearTimeout(unseen);
      this.#show();
    }
    this.#keep();
    void keepAwake(true);
    if (this.#half) this.#fetch(this.#half);
    else order({ order: "claim", link: asked.link.url, password: asked.password, leaseSecret: asked.leaseSecret });
  }

  get isWorking(): boolean {
    return this.#isWorking;
  }

  /** The slip stays where it is; its strip comes off. */
  #show(): void {
    if (this.#progress) return;
    const { window: place, tear, form } = this.#slip;
    place.style.setProperty("min-block-size", `${place.offsetHeight}px`);
    const stop = button(say("Stop"), () => {});
    asksFirst(stop, () => ({
      sentence: this.#half
        ? say("Stop? You can go on until {time}.", { time: moment(this.#half.leaseExpiresAt) })
        : say("Stop? If the server has given it to you by then, you can go on later."),
      yes: say("Stop"),
      no: say("Go on"),
      act: () => order({ order: "stop" }),
    }));
    this.#progress = new Progress(
      tear,
      "torn",
      { doing: (p) => say("Opening, {p} %", { p }), title: (p) => say("Opening, {p} %", { p }) },
      stop,
    );
    place.replaceChildren(this.#progress.below);
    // As high as what stood there, so that the slip stays where it is.
    const above = make("div", {}, heading(say("Opening")), lead(this.#lead));
    above.style.setProperty("min-block-size", `${form.offsetTop - (form.parentElement?.firstElementChild as HTMLElement).offsetTop - margin(form)}px`);
    const after = make("div", { class: "after" }, this.#below);
    after.style.setProperty("min-block-size", `${(form.nextElementSibling as HTMLElement | null)?.offsetHeight ?? 0}px`);
    show(say("Opening"), [above, form, after], true);
    stop.focus();
    announce(say("Opening."));
    if (this.#half) this.#sayUntil(this.#half);
  }

  #keep(): void {
    const { id, leaseSecret, sink, hasMore } = this.#asked;
    this.#isKept = keep(id, { leaseSecret, half: this.#half, to: sink.to, hasMore, isOpened: this.#isOpened });
  }

  /** Each byte that was fetched gives more time to fetch the rest. */
  #noteMoved(): void {
    if (!this.#half || Date.now() - this.#notedAt < NOTED_MS) return;
    this.#notedAt = Date.now();
    const until = Math.max(Date.parse(this.#half.leaseExpiresAt), this.#notedAt + page.leaseSeconds * 1000);
    this.#half = { ...this.#half, leaseExpiresAt: new Date(until).toISOString() };
    this.#keep();
    this.#sayUntil(this.#half);
  }

  #sayUntil(half: Half): void {
    const message = this.#isKept
      ? say("If the line breaks it goes on by itself, also after a reload. You have until {time}.")
      : say("If the line breaks it goes on by itself, but not after a reload. You have until {time}.");
    this.#below.replaceChildren(...until(message, half.leaseExpiresAt));
    this.#below.className = this.#lead.className = "";
  }

  #fetch(half: Half): void {
    const { link, password, leaseSecret, sink } = this.#asked;
    order({ order: "fetch", link: link.url, password, leaseSecret, half, sink });
  }

  #on(report: Report): void {
    switch (report.report) {
      case "stretching":
        this.#progress?.say(say("Making the key from the password"));
        break;
      case "claimed":
        this.#half = report.half;
        this.#keep();
        this.#sayUntil(report.half);
        this.#fetch(report.half);
        break;
      case "progress":
        if (!this.#isWorking) break;
        this.#progress?.update(report.doneBytes, report.allBytes);
        this.#noteMoved();
        break;
      case "waiting":
        this.#wait(report.why, report.seconds);
        break;
      case "going-on":
        announce(say("Going on."));
        break;
      case "opened":
        this.#end();
        this.#isOpened = true;
        this.#keep();
        if (this.#half) this.#ends.opened(report, this.#half);
        break;
      case "burned":
        forget(this.#asked.id);
        this.#ends.burned(report.at, report.claimsLeft);
        break;
      case "unconfirmed":
        forget(this.#asked.id);
        this.#ends.unconfirmed(report.leaseExpiresAt);
        break;
      case "exported":
        this.#ends.exported(report.name, report.blob, report.identity);
        break;
      case "refused":
        if (!this.#isWorking) return this.#ends.notExported(report.refusal);
        this.#end();
        this.#ends.refused(report.refusal, this.#half);
        break;
      case "stopped":
        if (!this.#isWorking) return;
        this.#end();
        this.#ends.stopped(this.#half);
        break;
    }
  }

  #wait(why: "offline" | "busy", seconds: number): void {
    this.#show();
    const sentence =
      why === "offline"
        ? say("No connection. It goes on by itself when the line is back.")
        : say("The server asks us to wait. Next try in {time}.", { time: span(seconds) });
    this.#progress?.wait(sentence, () => order({ order: "retry" }));
    retitle(say("Waiting"));
    announce(why === "offline" ? say("No connection. Waiting.") : sentence);
  }

  #end(): void {
    this.#isWorking = false;
    void keepAwake(false);
  }
}
