// Big files wait in this site's own folder on the device: here they are taken out of it again.

import { say } from "../../words.ts";
import { asksFirst } from "../confirm.ts";
import { make } from "../dom.ts";
import { button, showOver } from "../outline.ts";
import { announce } from "../page.ts";
import { forgetAll } from "./orders.ts";
import { forgetLinks } from "./saving.ts";

/** For a device that others use too; otherwise the next visit does it. */
export function removeButton(removed: () => void): HTMLElement {
  const remove = button(say("Remove it from this device"), () => {}, "quiet");
  asksFirst(remove, () => ({
    sentence: say("Remove it? What you have not saved is lost; what you saved stays."),
    yes: say("Remove"),
    no: say("Keep it"),
    act: async () => {
      if (!(await forgetAll())) return announce(say("That did not work"), "alert");
      removed();
      forgetLinks();
      const sentence = say("This page keeps nothing of it any more. What you saved is where you saved it.");
      showOver({ heading: say("Removed"), sentence, mark: "gone" });
    },
  }));
  return make("div", { class: "after" }, remove);
}
