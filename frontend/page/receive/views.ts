// The states in which something is still sealed: looked for, waiting, locked, or being fetched.

import type { Status } from "../../api.ts";
import type { Half } from "../../messages.ts";
import type { Link } from "../../sealing/links.ts";
import type { Room } from "../../transfer/room.ts";
import { say } from "../../words.ts";
import { filled, make } from "../dom.ts";
import { button } from "../outline.ts";
import { heading, lead, show, showForNow } from "../state.ts";
import { timeElement } from "../times.ts";
import { destroyButton } from "./destroy.ts";
import { reportLink } from "./report.ts";
import { whereTo } from "./room.ts";
import { Slip, triesLeft, until, waiting } from "./slip.ts";
import { otherWays } from "./ways.ts";

export interface Acts {
  open(): void;
  destroy(): void;
}

function title(): string {
  return say("A share for you");
}

function greeting(): HTMLHeadingElement {
  return heading(say("Someone left something for you"));
}

export function showLooking(): void {
  const slip = new Slip(null, { strip: say("Looking"), where: whereTo({ to: "memory" }) }, () => {});
  showForNow(title(), [greeting(), lead(say("Nothing has been opened yet, and looking at this page changes nothing.")), slip.form]);
}

export function showSealed(link: Link, status: Status, room: Room, acts: Acts, isFirst: boolean): Slip {
  const words = { strip: say("Open it now"), where: whereTo(room), ...(status.kdf && { help: triesLeft(status.attemptsLeft) }) };
  const slip = new Slip(status, words, acts.open);
  const ready =
    status.claimsLeft === 1
      ? say("Be ready to keep what you need: it cannot be opened a second time.")
      : say("Be ready to keep what you need.");
  const after = make("div", { class: "after" }, make("p", {}, ready), otherWays(link, status.kdf !== 0), reportLink(link));
  // With more openings left, one of them less destroys nothing.
  if (status.claimsLeft === 1) after.append(destroyButton(acts.destroy));
  show(title(), [greeting(), lead(waiting(status)), slip.form, after], isFirst);
  return slip;
}

export function showLocked(status: Status, look: () => void): void {
  const slip = new Slip(status, { strip: say("Sealed, and locked") });
  const message = say("Five wrong passwords. Nothing is lost: ask the sender to unlock it from their stub. It waits until {until}.");
  const sentence = filled(message, { until: status.expiresAt ? timeElement(status.expiresAt) : "…" });
  const after = make("div", { class: "after" }, button(say("Look again"), look));
  show(say("Locked"), [heading(say("Locked")), lead(...sentence), slip.form, after]);
}

/** Opened here already, and not fetched whole: after a reload, or *stopped* with the password still known. */
export function showGoingOn(status: Status, half: Half | null, room: Room, open: () => void, stopped: { password: string | null } | null = null): Slip {
  const asksPassword = status.kdf !== 0 && !stopped?.password;
  const slip = new Slip(
    status,
    {
      strip: say("Go on"),
      ...(room.to === "file" && { where: whereTo(room) }),
      ...(asksPassword && { help: say("Type the password again to go on. It uses up no try.") }),
    },
    open,
  );
  const time = half
    ? until(say("You opened it on this device. You can go on until {time}."), half.leaseExpiresAt)
    : [say("It has been opened, maybe by this page: the answer was lost on its way. Go on to find out.")];
  const said = stopped ? say("Stopped") : say("Opening");
  show(said, [heading(said), lead(...time), slip.form]);
  return slip;
}
