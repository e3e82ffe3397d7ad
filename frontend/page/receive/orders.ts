// The page's one worker, started when it is first needed; whoever works now hears its reports.

import type { Order, Report } from "../../messages.ts";
import { startWorker } from "../page.ts";

let worker: ReturnType<typeof startWorker> | null = null;
let listener: (report: Report) => void = () => {};
let forgotten: (isAll: boolean) => void = () => {};

/** Beforehand, so that the strip need not wait for it; what an earlier visit left behind is swept up too. */
export function warmUp(): void {
  worker ??= startWorker((report) => (report.report === "forgotten" ? forgotten(report.isAll) : listener(report)));
}

export function order(what: Order): void {
  warmUp();
  worker?.order(what);
}

/** Takes what was opened off this device. False: some of it is still there. */
export function forgetAll(): Promise<boolean> {
  return new Promise((answered) => {
    forgotten = answered;
    order({ order: "forget" });
  });
}

export function listen(to: (report: Report) => void): void {
  listener = to;
}
