// Drawings of the sprite (frontend/icons.json); decorative, a word stands beside each or names its button.

import { page } from "./page.ts";
import type icons from "../icons.json";

const SVG = "http://www.w3.org/2000/svg";

export type IconName = keyof typeof icons;

export function icon(name: IconName): SVGSVGElement {
  return drawn(`icon-${name}`, name === "arrow-right" ? "icon mirrors" : "icon");
}

export type MarkName = "sealed" | "opening" | "opened" | "gone" | "locked" | "revoked" | "expired" | "trouble";

export function mark(name: MarkName, style = "mark"): SVGSVGElement {
  return drawn(`mark-${name}`, style);
}

function drawn(id: string, style: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", style);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${page.assets.sprite}#${id}`);
  svg.append(use);
  return svg;
}
