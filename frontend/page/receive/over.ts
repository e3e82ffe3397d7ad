// The ends and the stops of an opening, each with its one way on.

import type { Status } from "../../api.ts";
import type { Refusal } from "../../messages.ts";
import type { Link } from "../../sealing/links.ts";
import type { Room } from "../../transfer/room.ts";
import { say, sayMany } from "../../words.ts";
import { filled, type Inside, make } from "../dom.ts";
import { button, showOver, wayHome } from "../outline.ts";
import { page } from "../page.ts";
import { showPaste } from "../paste.ts";
import { reportLink } from "./report.ts";
import { damagedTwice, ended, refused, type Told } from "./told.ts";

function over(told: Told, ways: Inside[]): void {
  showOver({ ...told, ...(told.wasOpened && { note: ifNotYou() }) }, ways);
}

function ifNotYou(): Inside[] {
  const strong = make("strong", {}, say("If that was not you,"));
  return filled(say("{ifNotYou} someone else has what was inside. Tell the sender, and change the secret."), { ifNotYou: strong });
}

export function showEnded(status: Status, link: Link): void {
  over(ended(status), [wayHome(), reportLink(link)]);
}

export function showDamaged(times: number, again: () => void): void {
  if (times > 1) over(damagedTwice(), [wayHome()]);
  else over(refused({ code: "damaged", message: "" }), [button(say("Fetch it again"), again, "main")]);
}

export function showLeaseOver(status: Status | null, look: () => void): void {
  const canOpen = status?.state === "ready";
  const told = refused({ code: "lease_over", message: "" });
  const sentence = canOpen ? say("It was opened here, and was not fetched in time. It can still be opened anew.") : told.sentence;
  over({ ...told, sentence }, canOpen ? [button(say("Look again"), look, "main")] : [wayHome()]);
}

/** The place where it lay is full: *other*, if there is one, is where it may go instead. */
export function showNoRoom(again: () => void, other: Room | null, goOn: (room: Room) => void): void {
  const words = other?.to === "file" ? say("Save it to a file you choose") : say("Hold it in memory instead");
  const ways = [button(say("Try again"), again, other ? "" : "main")];
  if (other) ways.unshift(button(words, () => goOn(other), "main"));
  over(refused({ code: "no_room", message: "" }), ways);
}

/** Before a try is paid for it. */
export function showNewer(): void {
  over(refused({ code: "newer", message: "" }), [button(say("Reload"), () => location.reload(), "main")]);
}

export function showNotReady(): void {
  const sentence = say("The sender is still sending it. This page looks again by itself.");
  showOver({ heading: say("Still being sealed"), sentence, mark: "sealed" }, []);
}

export function showUnknown(form: HTMLFormElement): void {
  const sentence = sayMany(
    page.tombstoneDays,
    "Part of the link may be missing, or it ended more than {n} day ago. We cannot tell which. Ask the sender to copy the whole link again.",
    "Part of the link may be missing, or it ended more than {n} days ago. We cannot tell which. Ask the sender to copy the whole link again.",
  );
  showPaste(form, say("Nothing under this link"), sentence);
}

export function showRefused(refusal: Refusal, again: () => void): void {
  over(refused(refusal), [button(say("Try again"), again, "main")]);
}
