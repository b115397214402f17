// Notes: saved as they are typed (htmx posts them); this keeps a note that could not be saved.

import { says } from "./say.js";
import { csrf, stayWhile } from "./session.js";

const RETRY = 5000;

const isNote = (element) => element?.matches?.("[data-note]");
const status = () => document.getElementById("note-saved");

export function startNotes() {
  document.addEventListener("input", (event) => {
    if (!isNote(event.target)) return;
    event.target.dataset.unsaved = "yes";
    status().textContent = says("saving");
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (isNote(event.detail.elt)) event.detail.elt.dataset.sent = event.detail.elt.value;
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const note = event.detail.elt;
    if (!isNote(note)) return;
    if (event.detail.successful) {
      if (note.value === note.dataset.sent) delete note.dataset.unsaved;
      return;
    }
    status().textContent = says("not-saved");
    setTimeout(() => note.isConnected && window.htmx.trigger(note, "retry"), RETRY);
  });
  stayWhile(() => document.querySelector("[data-note][data-unsaved]") !== null);
  document.addEventListener("session:renewed", retryUnsaved);
  // Leaving the page or the call: what is not saved yet goes now.
  window.addEventListener("pagehide", saveNow);
  document.body.addEventListener("htmx:beforeSwap", saveNow);
}

function retryUnsaved() {
  for (const note of document.querySelectorAll("[data-note][data-unsaved]")) {
    window.htmx.trigger(note, "retry");
  }
}

function saveNow() {
  for (const note of document.querySelectorAll("[data-note][data-unsaved]")) {
    const fields = JSON.parse(note.getAttribute("hx-vals") ?? "{}");
    const body = new URLSearchParams({ ...fields, csrf: csrf(), text: note.value });
    navigator.sendBeacon(note.getAttribute("hx-post"), body);
  }
}
