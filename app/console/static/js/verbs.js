// Verbs: what an agent can ask for in a call. Which there are, with which key, says the page; this
// does what a clicked one says. Most are a request to the server; one that connects calls in with
// the answer; one that takes a target or a number has it chosen first; one that takes a guest stands
// beside the guest; a local one is done here.

import { showNumber } from "./call-out.js";
import { refresh } from "./live.js";
import { line, phone } from "./phone.js";
import { post } from "./request.js";
import { stopRing } from "./ring.js";
import { toast } from "./say.js";
import { connect, mute, showKeypad } from "./softphone.js";
import { showTargets } from "./targets.js";

const local = { mute, keypad: showKeypad };

export function useVerb(button) {
  const { verb } = button.dataset;
  if ("local" in button.dataset) local[verb]();
  else if ("takesTarget" in button.dataset) showTargets(button);
  else if ("takesNumber" in button.dataset) showNumber(button);
  else if ("connects" in button.dataset) connect(verb);
  else ask(verb, button.dataset.guest);
}

async function ask(verb, target = "") {
  const { moment, call, leg } = line();
  if (!call) return;
  if (moment === "offer") stopRing();
  try {
    await post(`/desk/calls/${verb}`, { call, leg: leg ?? "", tab: phone.tab, target });
  } catch (error) {
    toast(error.words);
  }
  await refresh();
}
