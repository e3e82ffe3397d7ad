// A QR code, drawn here: what it holds never leaves the page. Loaded when somebody asks for it.

import { generate } from "lean-qr";

const MARGIN = 4;

/** Black on white in every scheme, with the margin that readers need. */
export function drawQr(canvas: HTMLCanvasElement, text: string): void {
  generate(text).toCanvas(canvas, { on: [0, 0, 0], off: [255, 255, 255], pad: MARGIN });
}
