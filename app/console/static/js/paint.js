// Paints what only this page knows on regions that the server renders.

import { line, phone } from "./phone.js";
import { says } from "./say.js";

export function paint() {
  const { moment, name } = line();
  const up = phone.phase === "up";
  document.body.dataset.phone = phone.phase;
  for (const button of document.querySelectorAll('[data-do="mute"]')) paintMute(button, up);
  for (const button of document.querySelectorAll('[data-do="keypad"]')) {
    button.setAttribute("aria-expanded", String(phone.keypad));
    able(button, up);
  }
  for (const button of document.querySelectorAll('[data-do="accept"]')) {
    button.setAttribute("aria-busy", String(phone.phase === "connecting"));
    able(button, phone.phase === "idle" && phone.device !== null);
  }
  for (const button of document.querySelectorAll('[data-do="decline"], [data-do="end"]')) {
    able(button, true);
  }
  for (const pad of document.querySelectorAll("[data-keypad]")) pad.hidden = !phone.keypad;
  for (const output of document.querySelectorAll("[data-typed]")) output.textContent = phone.typed;
  for (const part of document.querySelectorAll("[data-needs-rejoin]")) {
    const elsewhere = line().connecting !== undefined && line().tab !== phone.tab;
    part.hidden = phone.phase !== "idle" || elsewhere;
  }
  paintDevice(up);
  paintTitle(moment, name);
}

function paintMute(button, up) {
  button.setAttribute("aria-pressed", String(phone.muted));
  button.querySelector("[data-mute-text]").textContent = says(phone.muted ? "muted" : "mute");
  able(button, up);
}

function able(button, is) {
  button.setAttribute("aria-disabled", String(!is));
}

function paintDevice(up) {
  const place = document.getElementById("device");
  if (!place) return;
  const { moment, device } = line();
  const isElsewhere = moment === "line" && device !== "desk";
  const state = isElsewhere ? "elsewhere" : up ? "up" : phone.device?.state === "registered" ? "ready" : "off";
  place.dataset.device = state;
  place.querySelector("[data-device-text]").textContent = says(`device-${state}`);
}

function paintTitle(moment, name) {
  const plain = document.title.replace(/^☎ .* – /, "");
  const wanted = moment === "offer" ? `☎ ${says("ringing")}: ${name} – ${plain}` : plain;
  if (document.title !== wanted) document.title = wanted;
}
