// A supervisor sets the status of a colleague, in a dialog of the shell. Whether that can be done now
// says the server; its words stay in the dialog until another status is chosen.

import { refresh } from "./live.js";
import { post } from "./request.js";
import { toast } from "./say.js";

const dialog = () => document.getElementById("set-status");

function show(button) {
  const { agent, name } = button.dataset;
  dialog().dataset.agent = agent;
  dialog().querySelector("[data-staff-name]").textContent = name;
  tell("");
  dialog().showModal();
}

async function choose(button) {
  const { agent } = dialog().dataset;
  tell("");
  try {
    await post("/wallboard/status", { agent, wish: button.dataset.wish });
  } catch (error) {
    if (dialog().open && dialog().dataset.agent === agent) tell(error.words);
    else toast(error.words);
    return;
  }
  if (dialog().dataset.agent === agent) close();
  await refresh({ floor: true });
}

const close = () => dialog().close();

/** The row may have been fetched anew meanwhile: its button has the focus again. */
function goBack() {
  const { agent } = dialog().dataset;
  document.querySelector(`[data-do="set-status"][data-agent="${CSS.escape(agent)}"]`)?.focus();
}

function tell(words) {
  const place = dialog().querySelector("[data-staff-refusal]");
  place.hidden = words === "";
  place.querySelector("[data-staff-words]").textContent = words;
}

/** Only a supervisor's page has the dialog. */
export function startStaff() {
  dialog()?.addEventListener("close", goBack);
}

export const actions = { "set-status": show, "choose-status": choose, "close-status": close };
