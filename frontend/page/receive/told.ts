// What a recipient is told where there is nothing to open: one heading and one sentence for each state.

import type { Refusal } from "../../messages.ts";
import { span } from "../times.ts";
import { say } from "../../words.ts";
import type { MarkName } from "../icons.ts";

/** `{…}` left in `sentence` are the moments of `times`; `wasOpened` adds what to do if it was someone else. */
export interface Told {
  heading: string;
  sentence: string;
  mark: MarkName;
  times: Record<string, string | null | undefined>;
  wasOpened: boolean;
}

interface Ended {
  state: string;
  openedAt?: string | null | undefined;
  endedAt?: string | null | undefined;
}

/** A share that is over, or of which every opening is taken. */
export function ended({ state, openedAt, endedAt }: Ended): Told {
  const wasOpened = Boolean(openedAt);
  const told = (heading: string, mark: MarkName, sentence: string): Told => ({
    heading,
    sentence,
    mark,
    times: { opened: openedAt, ended: endedAt },
    wasOpened,
  });
  switch (state) {
    case "claimed":
      return told(say("Already opened"), "gone", say("This share was opened on {opened}. Nobody else can open it."));
    case "burned":
      return told(
        say("Already opened"),
        "gone",
        say("This share was opened on {opened}, and then destroyed. Nobody can open it again."),
      );
    case "expired":
      if (wasOpened)
        return told(say("Its time is over"), "expired", say("It waited until {ended}, and is gone. It had been opened before."));
      return told(
        say("It waited, and nobody came"),
        "expired",
        say("It waited until {ended}. Nobody opened it in time, so it is gone, unopened. Ask the sender to leave it again."),
      );
    case "revoked":
      return told(
        say("The sender took it back"),
        "revoked",
        wasOpened
          ? say("Revoked on {ended}, and destroyed. It had been opened before.")
          : say("Revoked on {ended}, and destroyed. Nobody had opened it."),
      );
    case "removed":
      return told(
        say("Taken down"),
        "gone",
        wasOpened
          ? say("The people who run this server removed it on {ended}. It had been opened before.")
          : say("The people who run this server removed it on {ended}. Nobody had opened it."),
      );
  }
  return told(say("It is gone"), "gone", say("Nobody can open it any more."));
}

/** Everything else that stops an opening; `until` is when the time to fetch ended, if that was known. */
export function refused(refusal: Refusal, until: string | null = null): Told {
  const told = (heading: string, sentence: string, mark: MarkName = "trouble"): Told => ({
    heading,
    sentence,
    mark,
    times: { until },
    wasOpened: false,
  });
  switch (refusal.code) {
    case "gone":
      return ended({ ...refusal, state: refusal.state ?? "" });
    case "lease_over":
      return told(
        say("The time to fetch it is over"),
        until
          ? say("It was opened here, and had to be fetched by {until}. It is destroyed now.")
          : say("It was opened here, and was not fetched in time. It is destroyed now."),
        "gone",
      );
    case "damaged":
      return told(
        say("It did not arrive whole"),
        say("What came does not match its seal, so none of it is kept. Nothing was destroyed."),
      );
    case "too_many":
      return told(
        say("Too many tries from your network"),
        say("Wait {time}. No try was used up.", { time: span(refusal.retryAfterSeconds ?? 60) }),
      );
    case "busy":
    case "database_away":
    case "store_away":
    case "retry_later":
      return told(say("The server does not answer"), say("Nothing was lost and nothing was used up."));
    case "half_gone":
      return told(
        say("The time to fetch it is over"),
        say("It was opened here before, and the server no longer has its half of the key. Nobody can open it any more."),
        "gone",
      );
    case "no_room":
      return told(say("No room on this device"), say("What was opened does not fit. Make room, then go on; nothing was destroyed."));
    case "metadata_invalid":
      return told(
        say("It cannot be read"),
        say("The sender's program wrote something this page cannot read. Nothing was destroyed. Tell the sender."),
      );
    case "blob_missing":
      return told(say("It is damaged on the server"), say("Its bytes are not there. Tell the sender."));
    case "newer":
      return told(
        say("This link is newer than this page"),
        say("Reload the page. If that does not help, the server needs an update."),
      );
  }
  return told(say("That did not work"), say("Something broke in this page. Nothing was destroyed."));
}

/** The same damage a second time. */
export function damagedTwice(): Told {
  return {
    heading: say("It did not arrive whole"),
    sentence: say("It is damaged on the server. Tell the sender."),
    mark: "trouble",
    times: {},
    wasOpened: false,
  };
}
