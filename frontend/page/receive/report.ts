// The way to the moderators. Its address holds the link's token: it proves the link, and opens nothing.

import { ours } from "../../base.ts";
import { b64, encode } from "../../sealing/encoding.ts";
import { linkToken } from "../../sealing/keys.ts";
import type { Link } from "../../sealing/links.ts";
import { say } from "../../words.ts";
import { make } from "../dom.ts";

export function reportLink(link: Link): HTMLElement {
  const address = ours(`/report/${encode(link.shareId)}`);
  const way = make("a", { href: address }, say("Report this"));
  void linkToken(link.secret, link.shareId).then((token) => way.setAttribute("href", `${address}#${b64(token)}`));
  return make("p", {}, way);
}
