// Saving what lies on this device already: the browser's own download, of bytes that are never shown as a page.

import { make } from "../dom.ts";

/** A browser has begun to read by then, and keeps what it reads. */
const READ_MS = 60_000;

const addresses = new Set<string>();

/** A link that saves; its address lives as long as the page, or until it is forgotten. */
export function saveLink(name: string, blob: Blob, style: string): HTMLAnchorElement {
  const href = URL.createObjectURL(blob.slice(0, blob.size, "application/octet-stream"));
  addresses.add(href);
  return make("a", { class: style, download: lastPart(name), href });
}

export function download(name: string, blob: Blob): void {
  const link = saveLink(name, blob, "unseen");
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => revoke(link.href), READ_MS);
}

/** No link made here saves anything any more, and what they led to is let go. */
export function forgetLinks(): void {
  for (const address of addresses) revoke(address);
}

function revoke(address: string): void {
  URL.revokeObjectURL(address);
  addresses.delete(address);
}

/** Browsers make of a path what they like. */
function lastPart(name: string): string {
  return name.split("/").at(-1) || name;
}
