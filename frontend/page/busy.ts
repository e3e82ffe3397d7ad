// While something runs: leaving asks first, and the screen stays awake.

/** What takes less shows nothing. */
export const UNSEEN_MS = 400;

let isBusy = false;
let lock: WakeLockSentinel | null = null;

/** Asks before the page is left, as long as *asks* says so. */
export function asksBeforeLeaving(asks: () => boolean): void {
  addEventListener("beforeunload", (event) => {
    if (asks()) event.preventDefault();
  });
}

/** Keeps the screen awake while *yes*; the system lets go of it whenever the page is hidden. */
export async function keepAwake(yes: boolean): Promise<void> {
  isBusy = yes;
  if (!yes) {
    await lock?.release();
    lock = null;
  } else if (document.visibilityState === "visible") {
    lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
    if (!isBusy) await lock?.release();
  }
}

document.addEventListener("visibilitychange", () => {
  if (isBusy && document.visibilityState === "visible") void keepAwake(true);
});
