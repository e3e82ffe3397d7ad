// The send page: seals in this browser what the served form would let the server seal.

import type { Refusal, Report, SendOrder } from "../messages.ts";
import { asksBeforeLeaving, keepAwake, UNSEEN_MS } from "../page/busy.ts";
import { find, make } from "../page/dom.ts";
import { announce, retitle, spoken, startWorker } from "../page/page.ts";
import { Progress } from "../page/progress.ts";
import { insecureNote, isSecure } from "../page/secure.ts";
import { showDone } from "../page/send/done.ts";
import { takeFromEverywhere } from "../page/send/everywhere.ts";
import { type Member, welcome } from "../page/send/member.ts";
import { showMine } from "../page/send/mine.ts";
import { refused } from "../page/send/refused.ts";
import { Slip } from "../page/send/slip.ts";
import { span } from "../page/times.ts";
import { say } from "../words.ts";

/** None while composing; when it is done, there is one still. */
let order: SendOrder | null = null;
/** Whether the link has been copied, shown or handed on. */
let isTaken = false;
let progress: Progress | null = null;
let shows = 0;
let slip: Slip;
/** Who is signed in, once that is known. */
let member: Promise<Member | null>;
let composing: { title: string; heading: Node[] };

const worker = isSecure() ? startWorker(onReport) : null;

function takeOver(): void {
  slip = new Slip(send);
  find(".lead").textContent = say("Leave a password, a note or files for one person. Everything is sealed in this browser before it leaves.");
  const [who, what] = [find(".marks b"), find(".marks span")];
  who.textContent = say("Sealed here");
  what.textContent = say("The server cannot read it.");
  composing = { title: say("Leave something"), heading: [...find("h1").childNodes] };
  takeFromEverywhere(slip, () => order === null);
  asksBeforeLeaving(() => order !== null && !isTaken);
  showMine();
  member = welcome(slip);
}

function send(): void {
  if (order || !worker) return;
  order = slip.order();
  if (!order) return;
  void start(order);
}

async function start(order: SendOrder): Promise<void> {
  if (!worker) return;
  slip.hold(true);
  announce(say("Sealing and sending."));
  shows = window.setTimeout(showWork, UNSEEN_MS);
  void keepAwake(true);
  const known = await member;
  if (known) {
    order.account = await known.token();
    // The page has said whose it will be: it does not become a stranger's in silence.
    if (!order.account) return back(() => slip.refuse(refused({ code: "token_invalid", message: "" }), slip.strip));
  }
  worker.order(order);
}

function showWork(): Progress {
  clearTimeout(shows);
  if (progress) return progress;
  const stop = make("button", { type: "button", class: "button" }, say("Stop"));
  stop.addEventListener("click", () => {
    worker?.order({ order: "stop" });
    progress?.hold(say("Stopping"));
  });
  const words = {
    doing: (p: number) => say("Sealing and sending, {p} %", { p }),
    title: (p: number) => say("Sealing, {p} %", { p }),
  };
  progress = new Progress(slip.tear, "laid", words, stop);
  slip.showBelow(progress.below);
  const head = find(".double > div");
  head.style.setProperty("min-block-size", `${head.offsetHeight}px`); // nothing below moves
  find("h1").replaceChildren(say("Sealing"));
  find(".lead").classList.add("not-yet");
  stop.focus();
  return progress;
}

function onReport(report: Report): void {
  switch (report.report) {
    case "stretching":
      return showWork().say(say("Making the key from the password"));
    case "progress":
      return progress?.update(report.doneBytes, report.allBytes);
    case "waiting":
      return wait(report.why, report.seconds);
    case "going-on":
      return announce(say("Going on."));
    case "sealed":
      return done(report);
    case "refused":
      return back((was) => slip.refuse(refused(report.refusal), toMend(report.refusal, was)));
    case "stopped":
      return back(() => {
        slip.text.focus();
        slip.tell(say("Stopped. Nothing can be opened."));
      });
  }
}

function wait(why: "offline" | "busy", seconds: number): void {
  const tryNow = () => worker?.order({ order: "retry" });
  if (why === "offline") {
    showWork().wait(say("No connection. It goes on by itself when the line is back."), tryNow);
    announce(say("No connection. Waiting."));
  } else {
    showWork().wait(say("The server asks us to wait. Next try in {time}.", { time: span(seconds) }), tryNow);
  }
}

function done({ link, manageLink, expiresAt }: { link: string; manageLink: string; expiresAt: string }): void {
  if (!order) return;
  clearTimeout(shows);
  void keepAwake(false);
  showDone({ link, manageLink, expiresAt, order }, () => (isTaken = true));
}

/** To composing, with everything as it was. */
function back(then: (was: SendOrder) => void): void {
  if (!order) return;
  const was = order;
  order = null;
  clearTimeout(shows);
  progress?.end(slip.tear);
  progress = null;
  void keepAwake(false);
  slip.hold(false);
  slip.showBelow();
  slip.changed();
  find("h1").replaceChildren(...composing.heading);
  find(".lead").classList.remove("not-yet");
  retitle(composing.title);
  then(was);
}

/** Where the focus goes: to what can be mended, else to the strip, which tries again. */
function toMend({ code }: Refusal, was: SendOrder): HTMLElement {
  if (code === "password_invalid") return slip.passwordField;
  if (code === "too_large" && !was.files.length) return slip.text;
  return ["too_large", "file_changed", "file_unreadable", "metadata_invalid"].includes(code) ? slip.addButton : slip.strip;
}

void spoken.then(() => {
  if (worker) takeOver();
  else find("form .note").replaceWith(insecureNote());
});
