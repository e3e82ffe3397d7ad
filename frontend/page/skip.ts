// The skip link moves the focus and leaves the address alone: the part after the # may be a secret.

import { focusOn } from "./dom.ts";

document.querySelector("a.skip")?.addEventListener("click", (event) => {
  const main = document.querySelector<HTMLElement>("#content");
  if (!main) return;
  event.preventDefault();
  focusOn(main);
  main.scrollIntoView();
});
