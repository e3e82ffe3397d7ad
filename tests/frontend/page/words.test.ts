// Sizes and times in words.

import assert from "node:assert/strict";
import { test } from "node:test";

const navigator = { language: "en-GB", languages: ["en-GB"] };
Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });

const { limit, rate, size } = await import("../../../frontend/page/sizes.ts");
const { fromNow, moment, span } = await import("../../../frontend/page/times.ts");

const SIZES: [number, string][] = [
  [0, "0 bytes"], [1, "1 byte"], [999, "999 bytes"], [1000, "1.0 kB"], [2_400_000, "2.4 MB"],
  [999_949, "999.9 kB"], [999_950, "1.0 MB"], [5_368_709_120, "5.4 GB"],
];

test("a size has one figure after the point, and keeps its unit on its line", () => {
  for (const [bytes, words] of SIZES) assert.equal(size(bytes), words.replace(" ", "\u00a0"));
  assert.equal(rate(24_000_000), "24.0\u00a0MB/s");
});

test("a limit is never told larger than it is", () => {
  assert.equal(limit(5 * 1024 ** 3), "5\u00a0GB");
  assert.equal(limit(2_490_000), "2.4\u00a0MB");
  assert.equal(limit(1024), "1\u00a0kB");
});

test("a wait is rounded up", () => {
  assert.deepEqual([0.2, 40, 99.5, 170, 7200].map(span), ["1\u00a0second", "40\u00a0seconds", "2\u00a0minutes", "3\u00a0minutes", "2\u00a0hours"]);
});

test("a moment in the days around now has its weekday, a far one its date", () => {
  const day = 86_400_000;

  assert.match(moment(new Date(Date.now() + 2 * day)), /^[A-Z][a-z]+day\W\d\d:\d\d$/);
  assert.match(moment(new Date(Date.now() + 9 * day)), /^\d+\W[A-Z][a-z]+,\W\d\d:\d\d$/);
});

test("the hours are the reader's, whatever the page's language", () => {
  navigator.language = "en-US";
  assert.match(moment(new Date()), /[ap]m$/i);
  navigator.language = "en-GB";
  assert.doesNotMatch(moment(new Date()), /[ap]m$/i);
});

test("how long from now is said in the largest fitting unit", () => {
  assert.equal(fromNow(new Date(Date.now() + 3 * 3_600_000)), "in 3 hours");
  assert.equal(fromNow(new Date(Date.now() - 2 * 86_400_000)), "2 days ago");
});
