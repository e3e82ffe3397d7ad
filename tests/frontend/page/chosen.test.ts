// Files and folders as rows.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bytesOf, entriesOf } from "../../../frontend/page/send/chosen.ts";

function file(path: string, bytes = 1): File {
  const made = new File(["x".repeat(bytes)], path.split("/").at(-1) ?? "");
  Object.defineProperty(made, "webkitRelativePath", { value: path.includes("/") ? path : "" });
  return made;
}

test("a folder is one row, and its files keep their paths", () => {
  const entries = entriesOf([file("logs/a.txt", 2), file("logs/deep/b.txt", 3), file("c.txt")]);

  assert.deepEqual(entries.map(({ name, isFolder }) => [name, isFolder]), [["logs/", true], ["c.txt", false]]);
  assert.deepEqual(entries[0]?.files.map(({ path }) => path), ["logs/a.txt", "logs/deep/b.txt"]);
  assert.equal(bytesOf(entries[0]?.files ?? []), 5);
});

test("two files of one name are two rows", () => {
  assert.equal(entriesOf([file("a.txt"), file("a.txt")]).length, 2);
});
