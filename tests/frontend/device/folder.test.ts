// This site's own folder on the device: who shares it with other pages, what is sure to lie there, what goes.
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Bytes } from "../../../frontend/sealing/bytes.ts";
import { FLUSH_BYTES, Place, sweep } from "../../../frontend/transfer/folder.ts";

const MIB = 1024 ** 2;
const never = new AbortController().signal;

let shares = 0;
const newId = () => `share${++shares}`;

async function folder(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle("receiving", { create: true });
}

async function names(): Promise<string[]> {
  const found: string[] = [];
  for await (const name of (await folder()).keys()) found.push(name);
  return found.sort();
}

async function* pieces(count: number, breaks = false): AsyncGenerator<Bytes> {
  for (let n = 0; n < count; n++) yield new Uint8Array(MIB).fill(n);
  if (breaks) throw new Error("the line broke");
}

const named = (name: string) => (error: unknown) => error instanceof DOMException && error.name === name;

type Handle = { flush(): void; close(): void };
type WithAccess = FileSystemFileHandle & { createSyncAccessHandle(): Promise<Handle> };

function folderTests(): void {
  test("what is written is flushed in steps, and one such step is not gone on with", async () => {
    const place = await Place.take(newId(), never);
    const handles = (globalThis as unknown as { FileSystemSyncAccessHandle: { prototype: Handle } }).FileSystemSyncAccessHandle;
    const flush = handles.prototype.flush;
    let flushes = 0;
    handles.prototype.flush = function () {
      flushes++;
      flush.call(this);
    };
    const written = 3 * (FLUSH_BYTES / MIB) + 1;

    await assert.rejects(place.write("", pieces(written, true)), /the line broke/);

    handles.prototype.flush = flush;
    assert.equal(flushes, 3);
    assert.equal(await place.sureBytes(), written * MIB - FLUSH_BYTES);
    await place.clear();
  });

  test("a place that another page keeps is waited for, and then another is taken", async () => {
    const id = newId();
    let release = () => {};
    await new Promise<void>((held) => {
      const hold = () => new Promise<void>((done) => ((release = done), held()));
      void navigator.locks.request(`receiving/${id}`, hold);
    });
    await (await folder()).getFileHandle(id, { create: true });

    const place = await Place.take(id, never);
    await place.write("", pieces(2));

    assert.equal((await (await (await folder()).getFileHandle(id)).getFile()).size, 0);
    assert.equal((await names()).length, 2);
    await place.clear();
    assert.deepEqual(await names(), [id]);
    release();
    await (await Place.take(id, never)).clear();
  });

  test("who stops does not wait for another page", async () => {
    const id = newId();
    const stop = new AbortController();
    const held = navigator.locks.request(`receiving/${id}`, () => new Promise((done) => setTimeout(done, 500)));

    const taken = Place.take(id, stop.signal);
    stop.abort();

    await assert.rejects(taken, named("AbortError"));
    await held;
  });

  test("what another tab removed meanwhile does not end the sweep", async () => {
    const place = await folder();
    await place.getFileHandle("left.whole", { create: true });
    const keys = FileSystemDirectoryHandle.prototype.keys;
    FileSystemDirectoryHandle.prototype.keys = async function* (this: FileSystemDirectoryHandle) {
      yield "gone.whole";
      yield* keys.call(this);
    } as typeof keys;

    await sweep();

    FileSystemDirectoryHandle.prototype.keys = keys;
    assert.deepEqual(await names(), []);
  });

  test("what could not be removed is not said to be", async () => {
    const id = newId();
    const place = await Place.take(id, never);
    const access = await ((await place.file("")) as WithAccess).createSyncAccessHandle();

    await assert.rejects(Place.clearAll(), named("NoModificationAllowedError"));

    access.close();
    await (await Place.take(id, never)).clear();
    assert.deepEqual(await names(), []);
  });
}

// Files are written in a worker only: the page starts this script once more as one.
if (typeof document !== "undefined") new Worker(import.meta.url, { type: "module" });
else folderTests();
