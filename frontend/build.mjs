// Bundles what runs in the browser into frontend/dist/app/, for Django's static files to hash and compress.
//
// It takes a blink, so it is done anew each time, and only what came out different is written: no list of
// sources to go stale, and an interrupted build is mended by the next. The same sources give the same
// bytes anywhere; releases publish their hashes.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { sprite } from "./icons.mjs";
import { notices } from "./notices.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = `${here}dist/app/`;
const scripts = async (room) =>
  (await readdir(`${here}${room}`)).filter((name) => name.endsWith(".ts")).map((name) => `${room}/${name}`);

const { outputFiles, metafile } = await build({
  absWorkingDir: here,
  // One file each, nothing shared between them: Django gives each its own hashed name, and a script
  // learns the others' names from its page.
  entryPoints: [...(await scripts("pages")), ...(await scripts("lazy")), "worker.ts", "style/style.css"],
  entryNames: "[name]",
  outdir: "dist/app",
  write: false,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome110", "firefox115", "safari16.4"],
  external: ["*.svg"],
  legalComments: "none", // they stand together in licences.txt
  metafile: true,
  logLevel: "warning",
});
const made = new Map(outputFiles.map((file) => [basename(file.path), Buffer.from(file.contents)]));
made.set("sprite.svg", Buffer.from(await sprite()));
made.set("licences.txt", Buffer.from(await notices(metafile.inputs)));

await mkdir(target, { recursive: true });
for (const name of await readdir(target)) {
  if (!made.has(name)) await rm(`${target}${name}`, { recursive: true });
}
for (const [name, bytes] of made) {
  const before = await readFile(`${target}${name}`).catch(() => null);
  if (!before?.equals(bytes)) await writeFile(`${target}${name}`, bytes);
}
