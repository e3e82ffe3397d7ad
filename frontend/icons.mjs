// One sprite for templates and scripts: our marks, and the icons named in icons.json from lucide.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const LINE =
  'fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"';

/** The sprite; a name that lucide does not know ends the build. */
export async function sprite() {
  const names = JSON.parse(await readFile(`${here}icons.json`, "utf8"));
  const icons = await Promise.all(Object.keys(names).map(symbol));
  const marks = (await readFile(`${here}marks.svg`, "utf8")).trim();
  return marks.replace("</svg>", `${icons.join("\n")}\n</svg>\n`);
}

async function symbol(name) {
  const file = createRequire(import.meta.url).resolve(`lucide-static/icons/${name}.svg`);
  const svg = await readFile(file, "utf8");
  const drawing = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="icon-${name}" viewBox="0 0 24 24" ${LINE}>${drawing.replace(/\s*\n\s*/g, "")}</symbol>`;
}
