// The one worker of a page: takes its orders, does the key work and the long work, reports.

import type { Order, Report } from "./messages.ts";
import { configure } from "./sealing/lazy.ts";
import { claim, destroy } from "./transfer/claim.ts";
import { exported } from "./transfer/export.ts";
import { Place, sweep } from "./transfer/folder.ts";
import { Guard } from "./transfer/guard.ts";
import { tryNow } from "./transfer/line.ts";
import { type Opened, receive } from "./transfer/receive.ts";
import { send } from "./transfer/send.ts";
import { refusalIn } from "./transfer/trouble.ts";

type Work = Exclude<Order, { order: "configure" | "stop" | "retry" | "forget" }>;

const SWEEP_MS = 3000;
const STOPPED = "stopped";

const guard = new Guard();
let opened: Opened | null = null;
let running: AbortController | null = null;
let working: Promise<void> = Promise.resolve();

const report = (said: Report) => self.postMessage(said);

addEventListener("message", (event: MessageEvent<Order>) => void take(event.data));
// A page that was reloaded has taken its place in the folder again by then.
setTimeout(() => void sweep().catch(() => {}), SWEEP_MS);

async function take(order: Order): Promise<void> {
  switch (order.order) {
    case "configure":
      return configure(order.modules);
    case "stop":
      return running?.abort(STOPPED);
    case "retry":
      return tryNow();
    case "forget":
      return forget();
    default:
      working = work(order);
  }
}

/** One work at a time: another order ends the one before, without a word. */
async function work(order: Work): Promise<void> {
  running?.abort();
  const own = new AbortController();
  running = own;
  // Once it is stopped, what is under way says nothing more.
  const say = (said: Report) => {
    if (!own.signal.aborted) report(said);
  };
  try {
    await carryOut(order, say, own.signal);
  } catch (error) {
    say({ report: "refused", refusal: refusalIn(error) });
  }
  if (own.signal.reason === STOPPED) report({ report: "stopped" });
  if (running === own) running = null;
}

async function carryOut(order: Work, say: (said: Report) => void, signal: AbortSignal): Promise<void> {
  switch (order.order) {
    case "send":
      return send(order, say, signal);
    case "claim":
      return claim(order, guard, say, signal);
    case "destroy":
      return destroy(order, guard, say, signal);
    case "fetch":
      opened = await receive(order, guard, say, signal);
      return;
    case "export":
      return exported(order, opened, say, signal);
  }
}

async function forget(): Promise<void> {
  running?.abort();
  await working; // a file that is still written cannot be removed
  opened = null;
  guard.forget();
  const isAll = await Place.clearAll().then(
    () => true,
    () => false,
  );
  report({ report: "forgotten", isAll });
}
