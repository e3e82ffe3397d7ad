// What the sender reads on the stub: where the share stands, and what happened to it (as shares/stub.py tells it).

import type { Receipt } from "../../api.ts";
import { say, sayMany } from "../../words.ts";
import type { MarkName } from "../icons.ts";

export interface Told {
  heading: string;
  /** `{…}` left in it are the moments of `times`. */
  sentence: string;
  mark: MarkName;
  times: Record<string, string | null>;
  wasOpened: boolean;
  isEnded: boolean;
}

const ENDED = ["burned", "expired", "revoked", "removed"];
export const ATTEMPTS = 5;

export function isLocked({ kdf, attemptsLeft }: { kdf: number; attemptsLeft: number }): boolean {
  return kdf !== 0 && attemptsLeft === 0;
}

/** Nothing will happen to it any more. */
export function isOver({ state }: { state: string }): boolean {
  return ENDED.includes(state);
}

/** The state in one heading and one sentence. */
export function told(receipt: Receipt): Told {
  const opened = count(receipt, "claimed");
  const [heading, sentence, mark] = said(receipt, opened);
  return {
    heading,
    sentence,
    mark,
    times: { at: receipt.openedAt, until: receipt.expiresAt, ended: receipt.endedAt },
    wasOpened: opened > count(receipt, "declined"),
    isEnded: isOver(receipt),
  };
}

type Said = [heading: string, sentence: string, mark: MarkName];

function said(receipt: Receipt, opened: number): Said {
  switch (receipt.state) {
    case "uploading":
      return [
        say("Not finished"),
        say("It has not arrived whole. If nobody goes on with it for a day, it is dropped."),
        "trouble",
      ];
    case "ready":
      return ready(receipt, opened);
    case "claimed":
      if (receipt.fetchingUntil)
        return [say("Being opened"), say("Someone opened it on {at}, and may still be fetching it."), "opening"];
      return [say("Opened"), say("Opened on {at}. Nobody confirmed that all of it arrived. The server destroys it now."), "opened"];
    case "burned":
      return burned(receipt, opened - count(receipt, "declined"));
    case "expired":
      return expired(receipt, opened);
    case "revoked":
      return [
        say("Revoked"),
        opened
          ? sayMany(opened, "You revoked it on {ended}. It had been opened once.", "You revoked it on {ended}. It had been opened {n} times.")
          : say("You revoked it on {ended}, unopened."),
        "revoked",
      ];
  }
  return [
    say("Taken down"),
    opened
      ? sayMany(
          opened,
          "Removed by the people who run this server on {ended}. It had been opened once.",
          "Removed by the people who run this server on {ended}. It had been opened {n} times.",
        )
      : say("Removed by the people who run this server on {ended}."),
    "gone",
  ];
}

function ready(receipt: Receipt, opened: number): Said {
  if (isLocked(receipt)) {
    return [
      say("Locked"),
      receipt.unlocksLeft
        ? say("Five wrong passwords. Nobody can open it until you unlock it. If your recipient did not do this, revoke it.")
        : say(
            "Five wrong passwords again, and no unlocks are left. Nobody can open it. Revoke it, and leave it anew with another password.",
          ),
      "locked",
    ];
  }
  if (!opened) return [say("Waiting"), say("Nobody has opened it yet. It waits until {until}."), "sealed"];
  return [
    sayMany(receipt.maxClaims, "Opened {opened} of {n} time", "Opened {opened} of {n} times", { opened }),
    say("The last time on {at}. It waits until {until}."),
    "sealed",
  ];
}

function declined(): Said {
  return [
    say("Destroyed unopened"),
    say("Somebody with the link destroyed it on {ended}, without fetching any of what was inside."),
    "gone",
  ];
}

/** *fetched*: by so many of those who opened it. */
function burned(receipt: Receipt, fetched: number): Said {
  return fetched ? [say("Opened"), received(receipt, fetched), "opened"] : declined();
}

function received(receipt: Receipt, fetched: number): string {
  if (count(receipt, "received") < fetched)
    return say("Opened on {at}. Nobody confirmed that all of it arrived. Destroyed on {ended}.");
  return fetched > 1
    ? sayMany(
        fetched,
        "Opened once, on {at}, received whole, then destroyed.",
        "Opened {n} times, the last time on {at}, received whole, then destroyed.",
      )
    : say("Opened on {at}, received whole, then destroyed.");
}

function expired(receipt: Receipt, opened: number): Said {
  if (!count(receipt, "ready")) return [say("Never finished"), say("The upload stopped, and was dropped on {ended}."), "expired"];
  if (!opened) return [say("Expired unopened"), say("It waited until {ended}. Nobody opened it."), "expired"];
  return [
    say("Expired"),
    sayMany(
      opened,
      "It waited until {ended}. It had been opened once.",
      "It waited until {ended}. It had been opened {n} times.",
    ),
    "expired",
  ];
}

/** What happened, newest first. No address, no browser. */
export function log(receipt: Receipt): { at: string; what: string }[] {
  let wrong = 0;
  const isLeft = count(receipt, "ready") > 0;
  return receipt.events
    .filter(({ what }) => !(what === "created" && isLeft))
    .map(({ what, at }) => {
      if (what === "wrong_password") wrong += 1;
      return { at, what: happened(what, wrong) };
    })
    .reverse();
}

function happened(what: string, wrong: number): string {
  switch (what) {
    case "created":
      return say("Upload begun");
    case "ready":
      return say("Sealed and left");
    case "claimed":
      return say("Opened");
    case "closed":
      return say("Its time ended while it was being fetched");
    case "wrong_password":
      return wrongPassword((ATTEMPTS - (wrong % ATTEMPTS)) % ATTEMPTS);
    case "locked":
      return say("Locked");
    case "unlocked":
      return say("Unlocked by you");
    case "received":
      return say("Received whole");
    case "declined":
      return say("Destroyed by who opened it, nothing fetched");
    case "lease_ended":
      return say("Fetching ended, not confirmed");
    case "burned":
      return say("Destroyed: the server's half of the key, the sealed bytes");
    case "expired":
      return say("Expired, and destroyed");
    case "revoked":
      return say("Revoked by you, and destroyed");
    case "removed":
      return say("Taken down by the people who run this server");
  }
  return what;
}

/** Five lock it, and only what is locked is unlocked: the sixth is the first again. */
function wrongPassword(left: number): string {
  return left ? sayMany(left, "Wrong password, one try left", "Wrong password, {n} tries left") : say("Wrong password, no try left");
}

function count(receipt: Receipt, what: string): number {
  return receipt.events.filter((event) => event.what === what).length;
}
