// The end in the address bar: the link's secret leaves it, and a reload still tells what happened here.

import { say } from "../../words.ts";
import { showOver } from "../outline.ts";

/** `opened`: and destroyed. `had`: opened here, and others may open or fetch it still, or the server could
 * not be told. `destroyed`: unopened. `ended`: unopened, while somebody else still fetches theirs. */
type How = "opened" | "had" | "destroyed" | "ended";

interface Left {
  left: How;
  at: string;
}

/** Neither address nor history holds the secret from now on. */
export function leaveNoLink(left: How, at = new Date().toISOString()): void {
  history.replaceState({ left, at } satisfies Left, "", location.pathname + location.search);
}

/** After a reload of a page that is through with its share. */
export function leftBefore(): Left | null {
  const state = history.state as Partial<Left> | null;
  return !location.hash && state?.left && state.at ? { left: state.left, at: state.at } : null;
}

export function showLeft({ left, at }: Left): void {
  const [heading, sentence] = told(left);
  showOver({ heading, sentence, mark: "gone", times: { at } });
}

function told(left: How): [heading: string, sentence: string] {
  switch (left) {
    case "opened":
      return [say("Already opened"), say("You opened it in this tab on {at}. What was shown then is kept by no page and no server.")];
    case "had":
      return [say("Already opened"), say("You opened it in this tab on {at}. No page keeps what was shown then.")];
    case "destroyed":
      return [say("Destroyed"), say("You destroyed it unopened on {at}.")];
    case "ended":
      return [
        say("It opens no more"),
        say("You ended it unopened on {at}. Someone else opened it before, and may still be fetching it; then it is destroyed."),
      ];
  }
}
