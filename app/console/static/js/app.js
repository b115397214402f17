// The page's one entry: starts what the shell needs and hands clicks to whoever does them.

import { startClock } from "./clock.js";
import { actions as callOutActions, startCallOut } from "./call-out.js";
import { showKeys, startKeys } from "./keys.js";
import { refresh, startLive } from "./live.js";
import { showLevel, tryMicrophone } from "./microphone.js";
import { actions as noteActions, startNotes } from "./notes.js";
import { actions as playerActions, startPlayer } from "./player.js";
import { isBusy, line } from "./phone.js";
import { post } from "./request.js";
import { startPush } from "./push.js";
import { ringOnce, wake } from "./ring.js";
import { notice, says, toast } from "./say.js";
import { actions as sessionActions, startSession, stayWhile } from "./session.js";
import { actions as shellActions, startShell } from "./shell.js";
import { actions as phoneActions, startSoftphone } from "./softphone.js";
import { actions as staffActions, startStaff } from "./staff.js";
import { actions as targetActions, startTargets } from "./targets.js";
import { useVerb } from "./verbs.js";

const BEAT = 30_000;

const actions = {
  ...callOutActions,
  ...noteActions,
  ...phoneActions,
  ...playerActions,
  ...sessionActions,
  ...shellActions,
  ...staffActions,
  ...targetActions,
  keys: showKeys,
  "close-keys": () => document.getElementById("keys").close(),
  microphone: () => tryMicrophone(showLevel),
  "try-ring": async () => {
    await wake();
    ringOnce();
  },
};

document.addEventListener("click", (event) => {
  wake().then(() => notice("ring-blocked", false));
  const button = event.target.closest("[data-do], [data-verb]");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  if (button.dataset.verb) useVerb(button);
  else actions[button.dataset.do](button);
});

// Signing out closes everything, a call too: that must be asked for by ending it.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sign-out]")) return;
  if (!isBusy() && line().moment !== "line" && line().held === undefined) return;
  event.preventDefault();
  toast(says("end-first"));
});

startShell();
startClock();
startLive();
startKeys();
startNotes();
startPlayer();
startTargets();
startStaff();
startCallOut();
if (document.body.dataset.agent) {
  stayWhile(() => isBusy() || (line().moment ?? "idle") !== "idle" || line().held !== undefined);
  startSession();
  startPush(document.body.dataset.push);
  startSoftphone();
  const beat = () => post("/desk/beat").catch(() => {}); // the next one, or the refresh, says so
  beat();
  setInterval(beat, BEAT);
  document.addEventListener("clock:over", refresh);
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig?.verb === "post" && event.detail.elt.closest("[data-region]")) refresh();
  });
}
