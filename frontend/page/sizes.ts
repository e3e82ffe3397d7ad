// Sizes in words, as wording.py says them: "2.4 MB". A number keeps its unit on its line.

import { locale } from "./times.ts";

const UNITS = ["kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"];

/** A number of bytes: "412 bytes", "2.4 MB". */
export function size(bytes: number): string {
  return bytes < 1000 ? figure(bytes, "byte", "long", 0) : scaled(bytes, "");
}

/** "24.0 MB/s". */
export function rate(bytesPerSecond: number): string {
  return scaled(Math.max(bytesPerSecond, 1), "-per-second");
}

/** A limit, never more than what is taken: 5 GiB is "5 GB", whoever counts. */
export function limit(bytes: number): string {
  for (let power = 4; power > 0; power--) {
    if (bytes < 1000 ** power) continue;
    const isWhole = bytes % 1024 ** power === 0;
    const count = isWhole ? bytes / 1024 ** power : Math.floor((bytes * 10) / 1000 ** power) / 10;
    return figure(count, UNITS[power - 1] ?? "byte", "short", 0, 1);
  }
  return size(bytes);
}

/** "42 %", "3 of 5": every number keeps the word after it on its line. */
export function unbroken(text: string): string {
  return text.replace(/(\d) (?=\S)/g, "$1\u00a0");
}

function scaled(bytes: number, per: string): string {
  let value = bytes / 1000;
  let at = 0;
  while (value >= 999.95 && at < UNITS.length - 1) {
    value /= 1000;
    at++;
  }
  return figure(value, `${UNITS[at]}${per}`, "short", 1);
}

function figure(value: number, unit: string, unitDisplay: "short" | "long", least: number, most = least): string {
  const digits = { minimumFractionDigits: least, maximumFractionDigits: most };
  return unbroken(new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay, ...digits }).format(value));
}
