// Single-letter keys: each clicks the visible button that carries it. They are the keys at their
// place on the keyboard, whatever the layout writes with them. Somebody who types never works the
// phone: keys are dead in text fields, for 2 seconds after the last typed letter, and for 2 seconds
// after an offer has appeared. They can be switched off (WCAG 2.1.4).

import { isField, isTyping } from "./fields.js";
import { line } from "./phone.js";

const REST = 2000;

let letter = -Infinity; // when the last one was typed
let offered = -Infinity; // when the offer of now appeared
let offer = "";
let timer = null;
let caps = new Map(); // what stands on the keys, by their place

const isOn = () => localStorage.getItem("single-keys") !== "off";

function visible(selector) {
  return [...document.querySelectorAll(selector)].find((element) => element.checkVisibility());
}

// --- When they work ------------------------------------------------------------------------------

function rest() {
  const left = Math.max(letter, offered) + REST - performance.now();
  clearTimeout(timer);
  if (left > 0) {
    document.body.dataset.keys = "off";
    timer = setTimeout(rest, left);
  } else {
    delete document.body.dataset.keys;
  }
}

function typed() {
  letter = performance.now();
  rest();
}

/** Somebody may be about to press a key for what was there before. */
function noticeOffer() {
  const { moment, call, leg } = line();
  const now = moment === "offer" ? `${call} ${leg}` : "";
  if (now && now !== offer) {
    offered = performance.now();
    rest();
  }
  offer = now;
}

function press(event) {
  if (isTyping() || isField(event.target) || document.querySelector("dialog[open]")) return;
  if (isModified(event) || event.repeat) return;
  const button = isOn() ? buttonOf(event) : null;
  const isLetter = event.key.length === 1 && event.key !== " ";
  const now = performance.now();
  // The letters of somebody who has not noticed that the field is gone are typed letters, too.
  if (isLetter && (!button || now < letter + REST)) typed();
  if (!button || now < Math.max(letter, offered) + REST) return;
  event.preventDefault();
  button.click();
}

function isModified(event) {
  const isComposed = event.isComposing || event.keyCode === 229;
  return isComposed || event.ctrlKey || event.metaKey || event.altKey || event.getModifierState("AltGraph");
}

// --- Which key -----------------------------------------------------------------------------------

function buttonOf({ key, code, shiftKey }) {
  if (key === "?") return document.querySelector("[data-do=keys]");
  const digit = /^[0-9*#]$/.test(key) ? key : shiftKey ? null : /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  const pad = digit && visible(`[data-digit="${digit}"]`);
  if (pad) return pad;
  const held = digit && visible(`[data-line-key="${digit}"]`);
  if (held) return held;
  const name = shiftKey ? null : /^Key([A-Z])$/.exec(code)?.[1].toLowerCase();
  return name ? visible(`[data-key="${name}"]`) : null;
}

/** The cap of a key says Q where another layout has A (browsers that cannot tell: as we know it). */
async function readCaps() {
  caps = (await navigator.keyboard?.getLayoutMap()) ?? caps;
  paintCaps();
}

function paintCaps() {
  for (const element of document.querySelectorAll("kbd[data-code]")) {
    const cap = caps.get(element.dataset.code)?.toUpperCase();
    if (cap?.length === 1 && element.textContent !== cap) element.textContent = cap;
  }
}

export function showKeys() {
  document.getElementById("keys")?.showModal();
}

export function startKeys() {
  document.addEventListener("keydown", press);
  document.addEventListener("input", (event) => isField(event.target) && typed());
  document.addEventListener("live:changed", () => {
    noticeOffer();
    paintCaps();
  });
  window.addEventListener("focus", readCaps); // the layout may be another one now
  noticeOffer();
  readCaps();
  const choice = document.querySelector("[data-keys-switch]");
  if (!choice) return;
  choice.checked = isOn();
  choice.addEventListener("change", () => {
    localStorage.setItem("single-keys", choice.checked ? "on" : "off");
  });
}
