// The notices of those whose code is in the bundles: their licences ask for them, and the bundles are too small
// to carry them along.
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const packages = fileURLToPath(new URL("../node_modules/", import.meta.url));
// The sprite is made of it, and no bundle knows.
const DRAWN = "lucide-static";

/** One text with the licence of each package among `inputs`, esbuild's list; one that has none ends the build. */
export async function notices(inputs) {
  const named = Object.keys(inputs).map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  const names = [...new Set([...named, DRAWN])].filter(Boolean).sort();
  const head = "These pages contain code and drawings of others, under their licences:\n";
  return `${head}\n${(await Promise.all(names.map(notice))).join("\n")}`;
}

async function notice(name) {
  const { version, license } = JSON.parse(await readFile(`${packages}${name}/package.json`, "utf8"));
  const file = (await readdir(`${packages}${name}`)).find((each) => /^licen[cs]e(\.\w+)?$/i.test(each));
  if (!file) throw new Error(`${name} comes without its licence`);
  const text = (await readFile(`${packages}${name}/${file}`, "utf8")).trim();
  return `--- ${name} ${version}, ${license}\n\n${text}\n`;
}
