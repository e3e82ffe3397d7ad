// The strip while it is laid or torn: in the strip's own box, with one line of figures and a way to stop.

import { say } from "../words.ts";
import { make } from "./dom.ts";
import { announce, retitle } from "./page.ts";
import { rate, size, unbroken } from "./sizes.ts";
import { span } from "./times.ts";

export interface ProgressWords {
  /** "Sealing and sending, {p} %" */
  doing: (percent: number) => string;
  /** "Sealing, {p} %", for the page's title. */
  title: (percent: number) => string;
}

const QUARTERS = [25, 50, 75];
const QUIET_MS = 10_000;
const FIGURES_MS = 500;

const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

export class Progress {
  /** The sentence, the figures, *stop*, and a way not to wait: to be placed below the strip. */
  readonly below: HTMLElement;
  readonly #trough: HTMLElement;
  readonly #meter = make("progress", { class: "unseen", max: "100", value: "0" });
  readonly #sentence = make("p", { class: "doing" });
  readonly #figures = make("p", { class: "figures" });
  readonly #tryNow = make("button", { type: "button", class: "button" }, say("Try now"));
  readonly #words: ProgressWords;
  readonly #speed = new Speed();
  #later = 0;
  #waits = false;
  #holds = false;
  #doneBytes = 0;
  #drawnAt = -Infinity;
  #spokenAt = performance.now();
  #quarters = [...QUARTERS];
  #figuresAt = -Infinity;

  /** *tear* is the band whose strip becomes the progress; *way*: laid by the sender, torn by the reader. */
  constructor(tear: HTMLElement, way: "laid" | "torn", words: ProgressWords, stop?: HTMLElement) {
    this.#words = words;
    this.#trough = make("div", { class: way === "torn" ? "trough torn-off" : "trough" }, make("span", { class: "part" }), make("span", { class: "end" }));
    this.#meter.setAttribute("aria-label", words.title(0));
    tear.querySelector<HTMLElement>(".strip, .trough")?.setAttribute("hidden", "");
    tear.append(this.#trough, this.#meter);
    this.below = make("div", { class: "working" }, make("div", {}, this.#sentence, this.#figures), this.#tryNow, ...(stop ? [stop] : []));
    this.#tryNow.hidden = true;
    this.update(0, 0);
  }

  /** *allBytes* 0: not known yet. */
  update(doneBytes: number, allBytes: number): void {
    if (this.#holds || (this.#waits && doneBytes <= this.#doneBytes)) return; // a part is to be sent again
    this.#moves();
    this.#doneBytes = doneBytes;
    const share = allBytes ? Math.min(doneBytes / allBytes, 1) : 0;
    const percent = Math.floor(share * 100);
    this.#draw(share);
    this.#meter.value = percent;
    this.#write(this.#sentence, unbroken(this.#words.doing(percent)));
    retitle(unbroken(this.#words.title(percent)));
    this.#showFigures(doneBytes, allBytes);
    this.#speak(percent);
  }

  /** Nothing moves, and why; the next update goes on. *tryNow*: pressed by who does not want to wait. */
  wait(sentence: string, tryNow: () => void): void {
    if (this.#holds) return;
    this.#waits = true;
    this.#tryNow.onclick = tryNow;
    this.#tryNow.hidden = false;
    this.#speed.forget();
    this.say(sentence);
  }

  /** A step without bytes: a key is made, a file is checked. */
  say(sentence: string): void {
    clearTimeout(this.#later);
    this.#write(this.#sentence, sentence);
    this.#write(this.#figures, "");
  }

  /** The last words, whatever is still reported: it stops. */
  hold(sentence: string): void {
    this.say(sentence);
    this.#moves();
    this.#holds = true;
  }

  #moves(): void {
    this.#waits = false;
    if (document.activeElement === this.#tryNow) this.below.querySelector<HTMLElement>("button:last-child")?.focus();
    this.#tryNow.hidden = true;
  }

  /** Takes it off again: the strip is back in its box. */
  end(tear: HTMLElement): void {
    clearTimeout(this.#later);
    this.#trough.remove();
    this.#meter.remove();
    this.below.remove();
    tear.querySelector<HTMLElement>(".strip")?.removeAttribute("hidden");
  }

  /** Who wants less motion sees a step a second. */
  #draw(share: number): void {
    const now = performance.now();
    if (isCalm.matches && share < 1 && now - this.#drawnAt < 1000) return;
    this.#drawnAt = now;
    this.#trough.style.setProperty("--done", `${share * 100}%`);
  }

  /** Twice a second at most, and the last ones in any case. */
  #showFigures(doneBytes: number, allBytes: number): void {
    const now = performance.now();
    this.#speed.note(doneBytes, now);
    clearTimeout(this.#later);
    const rest = this.#figuresAt + FIGURES_MS - now;
    if (rest > 0) this.#later = window.setTimeout(() => this.#showFigures(doneBytes, allBytes), rest);
    if (!allBytes || rest > 0) return;
    this.#figuresAt = now;
    this.#write(this.#figures, figures(doneBytes, allBytes, this.#speed.bytesPerSecond));
  }

  #speak(percent: number): void {
    const now = performance.now();
    if (percent < (this.#quarters[0] ?? 101) || now - this.#spokenAt < QUIET_MS) return;
    this.#quarters = this.#quarters.filter((quarter) => quarter > percent);
    this.#spokenAt = now;
    announce(say("{p} percent.", { p: percent }));
  }

  #write(place: HTMLElement, words: string): void {
    if (place.textContent !== words) place.textContent = words;
  }
}

function figures(doneBytes: number, allBytes: number, perSecond: number): string {
  const values = { done: size(doneBytes), all: size(allBytes) };
  if (!perSecond || doneBytes >= allBytes) return say("{done} of {all}", values);
  const time = span((allBytes - doneBytes) / perSecond);
  return say("{done} of {all}, {rate}, about {time} left", { ...values, rate: rate(perSecond), time });
}

/** Bytes a second over the last few seconds, smoothed; nothing until it is known well enough. */
class Speed {
  #marks: { at: number; bytes: number }[] = [];

  note(bytes: number, at: number): void {
    const last = this.#marks.at(-1);
    if (last && bytes < last.bytes) this.forget();
    this.#marks.push({ at, bytes });
    while (this.#marks.length > 2 && at - (this.#marks[1]?.at ?? at) > 5000) this.#marks.shift();
  }

  forget(): void {
    this.#marks = [];
  }

  get bytesPerSecond(): number {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (!first || !last || last.at - first.at < 1000) return 0;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}
