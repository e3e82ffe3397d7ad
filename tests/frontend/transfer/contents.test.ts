// What was opened, cut back into files: names nobody can be fooled by, zips that open, sources that changed.
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Metadata } from "../../../frontend/sealing/envelope.ts";
import { openedFiles, textIn, uniqueNames } from "../../../frontend/transfer/contents.ts";
import { plaintext } from "../../../frontend/transfer/source.ts";
import { zipped, zippedBytes } from "../../../frontend/transfer/zip.ts";

function files(entries: [name: string, size: number][], note: string | null = null): Metadata {
  return { kind: "files", files: entries.map(([name, size]) => ({ name, type: "text/html", size })), by: "client", note };
}

const TEXT: Metadata = { kind: "text", files: [{ name: "", type: "", size: 5 }], by: "client", note: null };

async function drained(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

test("no two names are the same, and none is another's folder", () => {
  assert.deepEqual(uniqueNames(["a.txt", "A.TXT", "a.txt"]), ["a.txt", "A (2).TXT", "a (3).txt"]);
  assert.deepEqual(uniqueNames(["a", "a/b", "x/a.tar", "x/a.tar"]), ["a (2)", "a/b", "x/a.tar", "x/a (2).tar"]);
  assert.deepEqual(uniqueNames(["../../etc/passwd", ".profile", ".profile"]), ["etc/passwd", ".profile", ".profile (2)"]);
});

test("what a file system takes for the same name is the same name", () => {
  assert.deepEqual(uniqueNames(["\u00e9.txt", "e\u0301.txt"]), ["\u00e9.txt", "e\u0301 (2).txt"]);
});

test("no names hold the worker up: as many equal ones, and as deep a one, as there can be", () => {
  const began = performance.now();

  const equal = uniqueNames(Array.from({ length: 1000 }, () => "a"));
  const [deep] = uniqueNames([`${"a/".repeat(16_000)}end`]);

  assert.deepEqual([new Set(equal).size, equal.at(-1)], [1000, "a (1000)"]);
  assert.equal(deep, `${"a/".repeat(63)}end`);
  assert.ok(performance.now() - began < 1000);
});

test("a numbered name is no longer than a name may be", () => {
  const long = `${"ü".repeat(125)}.text`;

  const [, second] = uniqueNames([long, long]);

  assert.ok(new TextEncoder().encode(second).length <= 255);
  assert.match(second ?? "", /^ü+ \(2\)\.text$/);
});

test("files are slices in their order, and no sender's type is believed", async () => {
  const whole = new Blob(["onetwo", new Uint8Array(10)]);

  const opened = openedFiles(files([["1", 3], ["empty", 0], ["2", 3]]), whole);

  assert.deepEqual(await Promise.all(opened.map(({ blob }) => blob.text())), ["one", "", "two"]);
  assert.deepEqual(new Set(opened.map(({ blob }) => blob.type)), new Set(["application/octet-stream"]));
});

test("a text is text to its last byte", async () => {
  assert.equal(await textIn(TEXT, new Blob(["\ufeffab", new Uint8Array(9)])), "\ufeffab");
  assert.equal(await textIn(TEXT, new Blob([Uint8Array.of(0xff, 0xc3, 0x28, 0x61, 0x62)])), "\ufffd\ufffd(ab");
  assert.equal(await textIn(files([["a", 1]]), new Blob(["a"])), null);
});

test("a text that no page can show is a file", async () => {
  const size = 1024 ** 2 + 1;
  const long: Metadata = { ...TEXT, files: [{ name: "", type: "", size }] };

  assert.equal(await textIn(long, new Blob([new Uint8Array(size)])), null);
});

test("no name in a zip means a drive or a stream beside a file", async () => {
  async function* plain() {
    yield new TextEncoder().encode("ab");
  }

  const zip = Buffer.concat(await drained(zipped(files([["C:/x", 1], ["a.txt:evil", 1]]), plain())));

  assert.ok(zip.includes("C_/x") && zip.includes("a.txt_evil"));
});

test("a zip needs no stream that can be walked through: not every browser has one", async () => {
  const walk = Object.getOwnPropertyDescriptor(ReadableStream.prototype, Symbol.asyncIterator)!;
  async function* plain() {
    yield new TextEncoder().encode("one");
  }
  Reflect.deleteProperty(ReadableStream.prototype, Symbol.asyncIterator);
  try {
    assert.ok(Buffer.concat(await drained(zipped(files([["a", 3]]), plain()))).includes("one"));
  } finally {
    Object.defineProperty(ReadableStream.prototype, Symbol.asyncIterator, walk);
  }
});

test("a zip is as long as was foretold, and reads the stream to its end", async () => {
  const metadata = files([["a", 3], ["a", 0], ["b/c", 4]], "a note");
  let isAtTheEnd = false;
  async function* plain() {
    yield new TextEncoder().encode("onefo");
    yield new TextEncoder().encode("ur\0\0\0\0");
    isAtTheEnd = true;
  }

  const zip = Buffer.concat(await drained(zipped(metadata, plain())));

  assert.ok(isAtTheEnd);
  assert.equal(zip.length, zippedBytes(metadata));
  const text = new TextDecoder("latin1").decode(zip);
  for (const name of ["note.txt", "a", "a (2)", "b/c"]) assert.ok(text.includes(name), name);
});

test("a zip whose stream breaks off has no end", async () => {
  async function* plain() {
    yield new TextEncoder().encode("one");
    throw new Error("damaged");
  }

  await assert.rejects(drained(zipped(files([["a", 3]]), plain())), { message: "damaged" });
});

test("the plaintext is the files one after the other, then zeros", async () => {
  const contents = [new Blob(["one"]), new Blob([]), new Blob(["x".repeat(3_000_000)])];

  const pieces = await drained(plaintext(contents.map((blob) => ({ name: "", blob })), 3_000_100));

  const whole = Buffer.concat(pieces);
  assert.ok(whole.equals(Buffer.concat([Buffer.from("one"), Buffer.alloc(3_000_000, "x"), Buffer.alloc(97)])));
  assert.ok(Math.max(...pieces.map((piece) => piece.length)) <= 1024 ** 2);
});

/** A chosen file that can be read up to byte *good*, as browsers behave when it changes or may not be read. */
function unreadable(size: number, good: number): Blob {
  const slice = (start: number, stop: number) => ({
    arrayBuffer: async () => {
      if (stop > good) throw new DOMException("", "NotReadableError");
      return new ArrayBuffer(stop - start);
    },
  });
  return { size, slice } as unknown as Blob;
}

test("a file that cannot be read is named, and told from one that changed", async () => {
  const read = (blob: Blob) => drained(plaintext([{ name: "a.txt", blob }], blob.size));

  await assert.rejects(read(unreadable(10, 0)), { refusal: refusal("file_unreadable", "A file cannot be read.") });
  const changed = { refusal: refusal("file_changed", "A file changed while it was being sealed.") };
  await assert.rejects(read(unreadable(3 * 1024 ** 2, 1024 ** 2)), changed);
  const shorter = { size: 10, slice: () => new Blob(["short"]) } as unknown as Blob;
  await assert.rejects(read(shorter), changed);
});

function refusal(code: string, message: string) {
  return { code, message, name: "a.txt" };
}
