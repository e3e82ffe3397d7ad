// A link shown whole, its site apart from what is only this share's, and its QR code when asked for.

import { say } from "../words.ts";
import { make } from "./dom.ts";
import { icon } from "./icons.ts";
import { page } from "./page.ts";

export function linkBox(url: string): HTMLElement {
  const { origin } = new URL(url);
  return make("p", { class: "linkbox", dir: "ltr" }, `${origin}/`, make("span", {}, url.slice(origin.length + 1)));
}

/** A button and the place below the buttons where the code opens. */
export function qrCode(url: string): { button: HTMLButtonElement; place: HTMLElement } {
  const place = make("div", { class: "qr", id: "qr" });
  const button = make("button", { type: "button", class: "button", "aria-expanded": "false", "aria-controls": "qr" });
  button.append(icon("qr-code"), say("QR code"));
  place.hidden = true;
  const show = (isShown: boolean) => {
    place.hidden = !isShown;
    button.setAttribute("aria-expanded", String(isShown));
  };
  button.addEventListener("click", async () => {
    if (!place.hasChildNodes()) place.append(await drawn(url));
    show(button.getAttribute("aria-expanded") !== "true");
  });
  button.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(false);
  });
  return { button, place };
}

async function drawn(url: string): Promise<HTMLCanvasElement> {
  const { drawQr } = (await import(page.assets.qr)) as typeof import("../lazy/qr.ts");
  const canvas = make("canvas", { role: "img", "aria-label": say("QR code of the link") });
  drawQr(canvas, url);
  return canvas;
}
