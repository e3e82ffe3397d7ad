// The recipient's page from the first look to the last word: which state it is in, and what leads to the next.

import { ApiRefusal, Offline, type Status, status } from "../../api.ts";
import type { Half, Refusal } from "../../messages.ts";
import { b64, encode } from "../../sealing/encoding.ts";
import { KDF_ARGON2ID, linkToken, newLeaseSecret } from "../../sealing/keys.ts";
import type { Link } from "../../sealing/links.ts";
import type { Room } from "../../transfer/room.ts";
import { say } from "../../words.ts";
import { Again, onReturn } from "../again.ts";
import { asksBeforeLeaving, UNSEEN_MS } from "../busy.ts";
import { showTrouble } from "../trouble.ts";
import { Destroying, endsOwn } from "./destroy.ts";
import { forget, type Kept, kept } from "./keep.ts";
import { leaveNoLink, showLeft } from "./left.ts";
import { Opening } from "./opening.ts";
import { warmUp } from "./orders.ts";
import { showDamaged, showEnded, showLeaseOver, showNewer, showNoRoom, showNotReady, showRefused, showUnknown } from "./over.ts";
import { Result } from "./result.ts";
import { chooseSink, otherRoom, roomFor, showTooBig } from "./room.ts";
import { announceFacts, refusedPassword, type Slip } from "./slip.ts";
import { showGoingOn, showLocked, showLooking, showSealed } from "./views.ts";

const NOT_READY_SECONDS = 5;

export class Receiving {
  readonly #link: Link;
  readonly #id: string;
  readonly #form: HTMLFormElement;
  #again: Again | null = null;
  #failures = 0;
  #damages = 0;
  /** What stands on the page, so that looking again changes nothing that is still true. */
  #shown = "";
  #isFirst = true;
  #slip: Slip | null = null;
  #status: Status | null = null;
  #room: Room | null = null;
  #password: string | null = null;
  /** From the press on, and for good once it is opened or destroyed: looking again has no say any more. */
  #isTaken = false;
  #working: { isWorking: boolean } | null = null;
  /** Only the first opening of a page begins by itself. */
  #hasBegun = false;
  /** An unfinished opening was stopped or refused, and the page says so: only its end would be news. */
  #rests = false;

  /** *form*: the served one, for a link that opens nothing. */
  constructor(link: Link, form: HTMLFormElement) {
    this.#link = link;
    this.#id = encode(link.shareId);
    this.#form = form;
    onReturn(() => this.look());
    asksBeforeLeaving(() => this.#working?.isWorking ?? false);
  }

  /** Asks the server where the share stands, which changes nothing, and shows it. */
  readonly look = async (): Promise<void> => {
    if (this.#isTaken) return;
    this.#again?.cancel();
    const unseen = this.#shown ? 0 : setTimeout(() => this.#isTaken || showLooking(), UNSEEN_MS);
    try {
      const found = await this.#ask();
      if (await this.#endsDestroying(found)) return;
      const room = await roomFor(found, kept(this.#id));
      this.#failures = 0;
      if (!this.#isTaken) this.#show(found, room);
    } catch (error) {
      if (!this.#isTaken) this.#fail(error);
    } finally {
      clearTimeout(unseen);
    }
  };

  async #ask(): Promise<Status> {
    return status(this.#id, { token: await linkToken(this.#link.secret, this.#link.shareId) });
  }

  #show(found: Status, room: Room): void {
    const { secondsLeft: _, ...lasting } = found;
    const state = JSON.stringify(lasting);
    if (found.state === "uploading") this.#again = new Again(NOT_READY_SECONDS, this.look);
    if (state === this.#shown) return;
    this.#shown = state;
    this.#status = found;
    this.#room = room;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    const own = kept(this.#id);
    if (own && this.#goesOn(found, room, own)) return;
    if (found.state === "uploading") showNotReady();
    else if (found.state !== "ready") showEnded(found, this.#link);
    else if (found.kdf > KDF_ARGON2ID) showNewer();
    else if (found.kdf && !found.attemptsLeft) showLocked(found, () => this.#lookAnew());
    else if (room.to === "nowhere") showTooBig(this.#link, found, room.maxBytes);
    else this.#showSealed(found, room, isFirst);
  }

  #showSealed(found: Status, room: Room, isFirst: boolean): void {
    const typed = this.#slip?.password ?? null;
    const acts = { open: () => this.#open(null), destroy: () => this.#destroy() };
    this.#slip = showSealed(this.#link, found, room, acts, isFirst);
    this.#slip.password = typed;
    if (isFirst) announceFacts(found);
    warmUp();
  }

  #fail(error: unknown): void {
    if (error instanceof ApiRefusal && error.refusal.code === "unknown") {
      if (this.#shown === "unknown") return;
      this.#shown = "unknown";
      return showUnknown(this.#form);
    }
    if (!(error instanceof ApiRefusal || error instanceof Offline)) throw error;
    // What stands there is still the best that is known.
    if (this.#slip && this.#shown !== "trouble") return;
    this.#failures += 1;
    const offline = kept(this.#id)
      ? say("This page looks again when you are back.")
      : say("Nothing has been opened. This page looks again when you are back.");
    const quietly = this.#shown === "trouble";
    this.#shown = "trouble";
    this.#again = showTrouble(error, { failures: this.#failures, offline, look: this.look, quietly });
  }

  #lookAnew(): void {
    this.#shown = "";
    void this.look();
  }

  // --- opening ------------------------------------------------------------------------------------

  /** After a reload within the lease: by itself where nothing must be asked first. */
  #goesOn(found: Status, room: Room, own: Kept): boolean {
    if (found.state === "ready" && !own.half) return false;
    if (found.state !== "ready" && found.state !== "claimed") {
      forget(this.#id);
      if (found.state !== "burned" || !own.half) return false;
      if (own.isOpened) this.#end("opened", found.openedAt);
      else showLeaseOver(found, this.look);
      return true;
    }
    if (this.#rests) return true;
    this.#slip = showGoingOn(found, own.half, room, () => this.#open(own.half));
    if (!this.#hasBegun && !found.kdf && room.to !== "file") void this.#open(own.half);
    return true;
  }

  async #open(half: Half | null): Promise<void> {
    const [slip, found] = [this.#slip, this.#status];
    if (!slip || !found || this.#isTaken) return;
    if (slip.password === "") return slip.refuse(refusedPassword({ code: "password_missing", message: "" }));
    this.#isTaken = true;
    this.#password = slip.password ?? this.#password; // stopped, and not asked again
    const own = kept(this.#id);
    // The device may have filled up since the page looked.
    if (!half) this.#room = await roomFor(found, null);
    const room = this.#room;
    const sink = room && (await chooseSink(room));
    if (!sink) {
      this.#isTaken = false;
      if (room?.to === "nowhere") this.#lookAnew();
      return;
    }
    this.#hasBegun = true;
    this.#rests = false;
    const asked = {
      link: this.#link,
      id: this.#id,
      password: this.#password,
      leaseSecret: own?.leaseSecret ?? b64(newLeaseSecret()),
      half,
      sink,
      // A claim whose answer was lost may have been counted already.
      hasMore: half && own ? own.hasMore : found.claimsLeft > (own ? 0 : 1),
    };
    let result: Result | null = null;
    this.#working = new Opening(asked, slip, {
      opened: (content) => {
        result = new Result(this.#link, content, sink);
      },
      burned: (at, claimsLeft) => {
        leaveNoLink(at === null || claimsLeft ? "had" : "opened");
        result?.burned(at, claimsLeft);
      },
      unconfirmed: (until) => {
        leaveNoLink("had");
        result?.unconfirmed(until, asked.hasMore);
      },
      exported: (name, blob, identity) => result?.exported(name, blob, identity),
      notExported: (refusal) => result?.notExported(refusal),
      refused: (refusal, kept) => this.#refuse(refusal, kept),
      stopped: (kept) => this.#pause(kept),
    });
  }

  /** Stopped by the reader: it can go on until its time is over, and the password is still known. */
  #pause(half: Half | null): void {
    this.#isTaken = false;
    if (!half || !this.#status || !this.#room) return this.#lookAnew();
    this.#rests = true;
    this.#slip = showGoingOn(this.#status, half, this.#room, () => this.#open(half), { password: this.#password });
  }

  #refuse(refusal: Refusal, half: Half | null): void {
    this.#isTaken = false;
    this.#rests = half !== null;
    const goOn = (room = this.#room) => {
      this.#room = room;
      this.#pause(half);
      void this.#open(half);
    };
    switch (refusal.code) {
      case "wrong_password":
      case "password_missing":
      case "password_invalid":
        return this.#refusePassword(refusal, half);
      case "gone":
      case "locked":
      case "not_ready":
      case "unknown":
        forget(this.#id);
        return this.#lookAnew();
      case "lease_over":
        forget(this.#id);
        return void this.#showLeaseOver();
      case "damaged":
        this.#damages += 1;
        return showDamaged(this.#damages, () => goOn());
      case "no_room":
        if (half && this.#room && this.#room.to !== "nowhere") {
          return showNoRoom(() => goOn(), otherRoom(this.#room.to, half.size), goOn);
        }
    }
    showRefused(refusal, half ? () => goOn() : () => this.#lookAnew());
  }

  /** The field keeps what was typed; a try is used up only where the server says so. */
  #refusePassword(refusal: Refusal, half: Half | null): void {
    const found = this.#status;
    if (!half) forget(this.#id);
    if (!found || !this.#room || refusal.attemptsLeft === 0) return this.#lookAnew();
    if (half) this.#slip = showGoingOn(found, half, this.#room, () => this.#open(half));
    else this.#showSealed({ ...found, attemptsLeft: refusal.attemptsLeft ?? found.attemptsLeft }, this.#room, false);
    if (this.#slip) {
      this.#slip.password = this.#password;
      this.#slip.refuse(refusedPassword(refusal));
    }
  }

  async #showLeaseOver(): Promise<void> {
    const found = await this.#ask().catch(() => null);
    if (found && ["revoked", "removed", "expired"].includes(found.state)) return showEnded(found, this.#link);
    showLeaseOver(found, () => this.#lookAnew());
  }

  // --- destroying ---------------------------------------------------------------------------------

  #destroy(): void {
    const slip = this.#slip;
    if (this.#isTaken) return;
    if (slip?.password === "") return slip.refuse(say("Type the password first. Destroying it needs it, too."));
    this.#isTaken = true;
    this.#password = slip?.password ?? null;
    const leaseSecret = kept(this.#id)?.leaseSecret ?? b64(newLeaseSecret());
    this.#working = new Destroying(this.#link, this.#id, this.#password, leaseSecret, {
      destroyed: (at) => this.#end(at ? "destroyed" : "ended", at),
      refused: (refusal) => this.#refuse(refusal, null),
    });
  }

  /** A page that was reloaded before the server had said so. */
  async #endsDestroying(found: Status): Promise<boolean> {
    const own = kept(this.#id);
    if (!own?.destroys || (found.state !== "claimed" && found.state !== "burned")) return false;
    const isOwn = await endsOwn(this.#id, own.leaseSecret);
    const { state, endedAt } = isOwn && !found.endedAt ? await this.#ask() : found;
    forget(this.#id);
    if (isOwn) this.#end(state === "burned" ? "destroyed" : "ended", endedAt);
    return isOwn;
  }

  /** Nothing comes after it: neither on this page nor after its reload. */
  #end(how: Parameters<typeof leaveNoLink>[0], at: string | null): void {
    this.#isTaken = true;
    const moment = at ?? new Date().toISOString();
    leaveNoLink(how, moment);
    showLeft({ left: how, at: moment });
  }
}
