// A number is typed, or comes with the button, in a dialog of the shell, which no refresh takes away:
// to call out while no call is up, or for a verb of the call that takes a number, or a colleague's
// name. What it was opened for it stays for: when that is over it closes, so no click in it can mean
// anything else. Who may be called says the server; a refusal stands beside what was typed.

import { refresh } from "./live.js";
import { line, phone } from "./phone.js";
import { post } from "./request.js";
import { says, toast } from "./say.js";
import { callOut } from "./softphone.js";

let purpose = null; // what it is open for: { verb: "call-out" }, or a verb with its call and leg

const isOwnCall = ({ verb }) => verb === "call-out" || verb === "new-call";

const dialog = () => document.getElementById("call-out");
const field = () => document.getElementById("call-out-number");
const form = () => document.getElementById("call-out-form");

/** `button` may carry a number; without one, what was typed and not called is still there. */
function showCallOut(button) {
  const { moment } = line();
  if (!dialog() || moment === "line" || moment === "offer") return;
  if (button.dataset.number) field().value = button.dataset.number;
  show({ verb: "call-out" }, says("call-out-label"), says("call-out-hint"));
}

/** `button`: of the verb that puts my call on hold for another. */
export function showNewCall(button) {
  const { moment, call } = line();
  if (!dialog() || moment !== "line") return;
  show({ verb: button.dataset.verb, call }, says("call-out-label"), button.dataset.hint);
}

/** `button`: of the verb. */
export function showNumber(button) {
  const { moment, call, leg } = line();
  if (!dialog() || moment !== "line") return;
  const { verb, hint } = button.dataset;
  show({ verb, call, leg: leg ?? "" }, button.querySelector("[data-verb-label]").textContent, hint);
}

function show(wanted, label, hint) {
  purpose = wanted;
  const names = isOwnCall(wanted) ? null : "call-out-colleagues";
  field().type = names === null ? "tel" : "text";
  if (names === null) field().removeAttribute("list");
  else field().setAttribute("list", names);
  const [title, what] = [says(`${wanted.verb}-title`), says(`${wanted.verb}-field`)];
  const words = { title, field: what, label, hint };
  for (const [name, text] of Object.entries(words)) {
    dialog().querySelector(`[data-call-out-${name}]`).textContent = text;
  }
  tell("");
  dialog().showModal();
  field().focus();
  field().select();
}

function close() {
  if (dialog()?.open) dialog().close();
}

function tell(words) {
  const place = dialog().querySelector("[data-call-out-refusal]");
  place.hidden = words === "";
  place.querySelector("[data-call-out-words]").textContent = words;
}

async function go(event) {
  event.preventDefault();
  const button = dialog().querySelector("[data-call-out-go]");
  if (button.getAttribute("aria-busy") === "true" || !isStillFor(purpose)) return;
  const asked = purpose;
  const typed = field().value;
  const route = document.getElementById("call-out-route")?.value ?? "";
  tell("");
  button.setAttribute("aria-busy", "true");
  const refusal = await (isOwnCall(asked) ? callOut(typed, route) : ask(asked, typed, route));
  button.setAttribute("aria-busy", "false");
  if (refusal === "") {
    if (field().value === typed) field().value = "";
    if (purpose === asked) close();
  }
  if (!isOwnCall(asked)) await refresh(); // what it was refused for may have closed the dialog
  if (refusal === "") return;
  if (dialog().open && purpose === asked) tell(refusal);
  else toast(refusal);
}

/** What the server says against it; empty: it is done. */
async function ask({ verb, call, leg }, number, route) {
  try {
    await post(`/desk/calls/${verb}`, { call, leg, tab: phone.tab, number, route });
  } catch (error) {
    return error.words;
  }
  return "";
}

function press(button) {
  const key = button.dataset.callOutKey;
  field().value = key === "⌫" ? field().value.slice(0, -1) : field().value + key;
  tell("");
}

/** To call out, until a call rings or is up: that comes first. In a call, until that call is over or
 *  somebody else's. */
function isStillFor({ verb, call }) {
  const { moment, call: current } = line();
  if (verb === "new-call" && phone.phase === "connecting") return true;
  if (verb !== "call-out") return moment === "line" && current === call;
  return moment !== "offer" && (moment !== "line" || phone.phase === "connecting");
}

/** What was typed stays for the next time. */
function follow() {
  if (dialog().open && !isStillFor(purpose)) close();
}

export function startCallOut() {
  if (!dialog()) return;
  form().addEventListener("submit", go);
  field().addEventListener("input", () => tell(""));
  document.addEventListener("live:changed", follow);
}

export const actions = { "call-out": showCallOut, "close-call-out": close, "call-out-key": press };
