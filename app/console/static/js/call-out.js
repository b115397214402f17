// Calling out: a number is typed, or comes with the button, in a dialog of the shell, which no refresh
// takes away. Whether it may be called says the server; a refusal stands beside what was typed.

import { line, phone } from "./phone.js";
import { callOut } from "./softphone.js";

const dialog = () => document.getElementById("call-out");
const field = () => document.getElementById("call-out-number");
const form = () => document.getElementById("call-out-form");

/** `button` may carry a number; without one, what was typed and not called is still there. */
function show(button) {
  const { moment } = line();
  if (!dialog() || moment === "line" || moment === "offer") return;
  if (button.dataset.number) field().value = button.dataset.number;
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
  if (button.getAttribute("aria-busy") === "true") return;
  const route = document.getElementById("call-out-route")?.value ?? "";
  tell("");
  button.setAttribute("aria-busy", "true");
  const refusal = await callOut(field().value, route);
  button.setAttribute("aria-busy", "false");
  if (refusal === "") {
    field().value = "";
    close();
  } else if (dialog().open) tell(refusal);
}

function press(button) {
  const key = button.dataset.callOutKey;
  field().value = key === "⌫" ? field().value.slice(0, -1) : field().value + key;
  tell("");
}

/** A call rings, or is up: that comes first, and what was typed stays for the next time. */
function follow() {
  const { moment } = line();
  if (moment === "offer" || (moment === "line" && phone.phase !== "connecting")) close();
}

export function startCallOut() {
  if (!dialog()) return;
  form().addEventListener("submit", go);
  field().addEventListener("input", () => tell(""));
  document.addEventListener("live:changed", follow);
}

export const actions = { "call-out": show, "close-call-out": close, "call-out-key": press };
