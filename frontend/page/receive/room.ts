// Where the opened bytes will go in this browser: known, and said, before anything is opened.

import type { Status } from "../../api.ts";
import type { Sink } from "../../messages.ts";
import type { Link } from "../../sealing/links.ts";
import { canHold, MEMORY_BYTES, type Room } from "../../transfer/room.ts";
import { say } from "../../words.ts";
import { make } from "../dom.ts";
import { mark } from "../icons.ts";
import { heading, show } from "../state.ts";
import { size } from "../sizes.ts";
import type { Kept } from "./keep.ts";
import { command } from "./ways.ts";

/** Not in every browser, so not in TypeScript's own list. */
const picker = globalThis as unknown as { showSaveFilePicker(options: object): Promise<FileSystemFileHandle> };

/** What has begun stays in its place: what this share holds there already makes that place look full. */
export async function roomFor(status: Status, own: Kept | null): Promise<Room> {
  return own?.half ? { to: own.to } : canHold(status.size);
}

/** Where else it may go, when its place turned out to be full. */
export function otherRoom(to: Sink["to"], bytes: number): Room | null {
  if (to !== "file" && "showSaveFilePicker" in globalThis) return { to: "file" };
  return to !== "memory" && bytes <= MEMORY_BYTES ? { to: "memory" } : null;
}

export function whereTo(room: Room): string {
  switch (room.to) {
    case "file":
      return say("It will be saved to a file you choose.");
    case "opfs":
      return say("It is checked on this device first, then you save it.");
  }
  return say("It is checked on this device first, before you see or save it.");
}

/** Under the pressed button, since browsers ask for a file only then. Null: the person went back. */
export async function chooseSink(room: Room): Promise<Sink | null> {
  if (room.to !== "file") return room.to === "nowhere" ? null : { to: room.to };
  try {
    return { to: "file", handle: await picker.showSaveFilePicker({ suggestedName: "opened" }) };
  } catch {
    return null;
  }
}

export function showTooBig(link: Link, status: Status, most: number): void {
  const words = say(
    "It holds {size}; this browser can save {max} at most. Nothing has been opened: use a computer with Chrome or Edge, or the command line.",
    { size: size(status.size), max: size(most) },
  );
  const said = say("Too big for this browser");
  const outline = make("div", { class: "outline" }, mark("trouble", "mark large"), make("p", {}, words), command(link, status.kdf !== 0));
  show(said, [heading(said), outline]);
}
