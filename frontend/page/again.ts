// Looking again by itself: after a pause that grows, at once when the line or the page comes back.

import { span } from "./times.ts";

const PAUSES = [5, 10, 20, 40, 60];

/** Calls *act* once: after *seconds*, when the line is back, or when `now` is called. */
export class Again {
  #act: () => void;
  #ticks = 0;
  readonly #online = () => this.now();

  constructor(seconds: number, act: () => void, says?: (time: string) => void) {
    this.#act = act;
    let left = Math.ceil(seconds);
    says?.(span(left));
    this.#ticks = window.setInterval(() => {
      left -= 1;
      if (left > 0) says?.(span(left));
      else this.now();
    }, 1000);
    addEventListener("online", this.#online, { once: true });
  }

  now(): void {
    const act = this.#act;
    this.cancel();
    act();
  }

  cancel(): void {
    clearInterval(this.#ticks);
    removeEventListener("online", this.#online);
    this.#act = () => {};
  }
}

/** How long to wait before the n-th look in a row that found nobody. */
export function pause(failures: number): number {
  return PAUSES[Math.min(failures, PAUSES.length) - 1] ?? PAUSES[0] ?? 5;
}

/** Calls *act* whenever the page is looked at anew: its tab comes to the front, or the browser brings it back. */
export function onReturn(act: () => void): void {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") act();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) act();
  });
}
