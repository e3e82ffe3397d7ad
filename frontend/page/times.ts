// Times as the reader tells them: in the reader's zone and hours, in the page's language.

import { lang } from "../words.ts";
import { make } from "./dom.ts";

const DAY = 86_400_000;

/** The page's language as it is written where the reader is, so that "en" becomes "en-AU" there. */
export function locale(): string {
  const own = navigator.languages.find((one) => one.startsWith(`${lang()}-`));
  return own ?? (lang() === "en" ? "en-GB" : lang());
}

function hourCycle(): "h11" | "h12" | "h23" | "h24" | undefined {
  return new Intl.DateTimeFormat(navigator.language, { hour: "numeric" }).resolvedOptions().hourCycle;
}

function format(at: Date, options: Intl.DateTimeFormatOptions): string {
  const cycle = hourCycle();
  return new Intl.DateTimeFormat(locale(), { ...options, ...(cycle && { hourCycle: cycle }) }).format(at);
}

/** "Friday 14:03" within the days around now, else "24 Nov, 14:03"; for a narrow place "Fri 14:03". */
export function moment(at: Date | string, weekday: "long" | "short" = "long"): string {
  const time = new Date(at);
  const isNear = Math.abs(time.getTime() - Date.now()) < 6 * DAY;
  const day: Intl.DateTimeFormatOptions = isNear ? { weekday } : { day: "numeric", month: "short" };
  const hour = hourCycle() === "h23" ? "2-digit" : "numeric";
  const words = format(time, { ...day, hour, minute: "2-digit" }).replaceAll(" ", "\u00a0");
  // Where it is narrow, the hour may stand below its day.
  return weekday === "short" ? words.replace("\u00a0", " ") : words;
}

/** With year, seconds and zone: nothing is left to guess. */
export function exactly(at: Date | string): string {
  return format(new Date(at), { dateStyle: "full", timeStyle: "long" });
}

/** "in 3 hours", "2 days ago". */
export function fromNow(at: Date | string): string {
  const seconds = (new Date(at).getTime() - Date.now()) / 1000;
  const size = Math.abs(seconds);
  const words = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  if (size < 90) return words.format(Math.round(seconds), "second");
  if (size < 90 * 60) return words.format(Math.round(seconds / 60), "minute");
  if (size < 36 * 3600) return words.format(Math.round(seconds / 3600), "hour");
  return words.format(Math.round(seconds / 86_400), "day");
}

/** A wait, rounded up: "40 seconds", "3 minutes", "2 hours". */
export function span(seconds: number): string {
  if (seconds <= 99) return unit(Math.max(1, Math.ceil(seconds)), "second");
  if (seconds < 100 * 60) return unit(Math.ceil(seconds / 60), "minute");
  return unit(Math.ceil(seconds / 3600), "hour");
}

function unit(count: number, name: string): string {
  const words = new Intl.NumberFormat(locale(), { style: "unit", unit: name, unitDisplay: "long" });
  return words.format(count).replaceAll(" ", "\u00a0");
}

/** `<time>` for machines, the exact date for who points at it; *words* are the moment unless given. */
export function timeElement(at: Date | string, words = moment(at)): HTMLTimeElement {
  return make("time", { datetime: new Date(at).toISOString(), title: exactly(at) }, words);
}
