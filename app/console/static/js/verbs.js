// Verbs: what an agent can ask for in a call. Which there are, with which key, says the page; this
// does what a clicked one says. Most are a request to the server; one that connects calls in with
// the answer; one that takes a target or a number has it chosen first; one that takes a guest stands
// beside the guest, and one of a call on hold beside that call; a local one is done here.

import { showNewCall, showNumber } from "./call-out.js";
import { refresh } from "./live.js";
import { line, phone } from "./phone.js";
import { post } from "./request.js";
import { stopRing } from "./ring.js";
import { toast } from "./say.js";
import { connect, mute, showKeypad, switchTo } from "./softphone.js";
import { showTargets } from "./targets.js";

const local = { mute, keypad: showKeypad, "new-call": showNewCall };

export function useVerb(button) {
  const { verb } = button.dataset;
  if ("local" in button.dataset) local[verb](button);
  else if ("takesTarget" in button.dataset) showTargets(button);
  else if ("takesNumber" in button.dataset) showNumber(button);
  else if ("connects" in button.dataset && button.dataset.call) switchTo(button);
  else if ("connects" in button.dataset) connect(verb);
  else ask(verb, button.dataset);
}

/** Of the call that the page shows, or of the one that the button names, which is on hold. */
async function ask(verb, { guest: target = "", call: named }) {
  const { moment, call: shown, leg } = line();
  const call = named ?? shown;
  if (!call) return;
  if (moment === "offer") stopRing();
  try {
    await post(`/desk/calls/${verb}`, { call, leg: leg ?? "", tab: phone.tab, target });
  } catch (error) {
    toast(error.words);
  }
  await refresh();
}
