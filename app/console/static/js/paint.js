// Paints what only this page knows on regions that the server renders.

import { canConnect, line, phone } from "./phone.js";
import { says } from "./say.js";

export function paint() {
  const { moment, name } = line();
  const up = phone.phase === "up";
  document.body.dataset.phone = phone.phase;
  for (const button of document.querySelectorAll("[data-verb]")) paintVerb(button);
  for (const button of document.querySelectorAll("[data-do=pick-up], [data-do=listen]")) paintPickup(button, moment);
  for (const pad of document.querySelectorAll("[data-keypad]")) pad.hidden = !phone.keypad;
  for (const output of document.querySelectorAll("[data-typed]")) output.textContent = phone.typed;
  for (const part of document.querySelectorAll("[data-needs-rejoin]")) {
    const elsewhere = line().connecting !== undefined && line().tab !== phone.tab;
    part.hidden = phone.phase !== "idle" || elsewhere;
  }
  paintTrouble();
  paintDevice(up);
  paintTitle(moment, name);
}

/** A verb waits for what it needs: a local one for the sound here, one that connects for a line. */
function paintVerb(button) {
  const { verb, label, pressedLabel } = button.dataset;
  const isOn = { mute: phone.muted, keypad: phone.keypad }[verb];
  for (const state of ["aria-pressed", "aria-expanded"]) {
    if (button.hasAttribute(state)) button.setAttribute(state, String(isOn));
  }
  const place = pressedLabel && button.querySelector("[data-verb-label]");
  if (place) place.textContent = isOn ? pressedLabel : label;
  const isBusy = phone.phase === "connecting";
  if ("connects" in button.dataset) button.setAttribute("aria-busy", String(isBusy));
  button.setAttribute("aria-disabled", String(!isPossible(button.dataset)));
}

/** A call is picked up while no other one is here. By its own button also when one is put on hold for
 *  it: not by the key, which means another thing in a call. */
function paintPickup(button, moment) {
  const isFree = phone.phase === "idle" && (moment === "idle" || moment === "wrap-up");
  const isNamed = button.dataset.do === "pick-up" && button.dataset.call;
  const mayHold = isNamed && phone.phase === "up" && moment === "line";
  button.setAttribute("aria-disabled", String(phone.device === null || !(isFree || mayHold)));
}

function isPossible(verb) {
  if ("local" in verb) return phone.phase === "up";
  if (verb.verb === "accept" && phone.trouble) return false;
  return !("connects" in verb) || canConnect();
}

/** Why Accept is disabled. */
function paintTrouble() {
  for (const part of document.querySelectorAll("[data-accept-trouble]")) {
    part.hidden = phone.trouble === "";
    const text = phone.trouble && says(`trouble-${phone.trouble}`);
    part.querySelector("[data-accept-trouble-text]").textContent = text;
  }
}

function paintDevice(up) {
  const place = document.getElementById("device");
  if (!place) return;
  const state = up ? "up" : (stateOfLine() ?? (phone.device?.state === "registered" ? "ready" : "off"));
  place.dataset.device = state;
  place.querySelector("[data-device-text]").textContent = says(`device-${state}`);
}

/** Where the sound of my call is, when it is not here. */
function stateOfLine() {
  const { moment, device, interrupted, tab } = line();
  if (moment !== "line" || phone.phase === "connecting") return null;
  if (device !== "desk") return "elsewhere";
  if (interrupted !== undefined) return "lost";
  return tab === phone.tab ? null : "other";
}

function paintTitle(moment, name) {
  const plain = document.title.replace(/^☎ .* – /, "");
  const wanted = moment === "offer" ? `☎ ${says("ringing")}: ${name} – ${plain}` : plain;
  if (document.title !== wanted) document.title = wanted;
}
