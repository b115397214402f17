// What a verb takes as its target is sought in a dialog of the shell, which no refresh takes away.
// The server finds the rows; this shows them, and asks for the verb with the one that is chosen.

import { refresh } from "./live.js";
import { paint } from "./paint.js";
import { line, phone } from "./phone.js";
import { post, request } from "./request.js";
import { toast } from "./say.js";

const PAUSE = 150; // between the letters of somebody who types

let timer = null;
let asked = 0; // an answer that comes after a later one is no answer any more

const dialog = () => document.getElementById("choose-target");
const field = () => document.getElementById("target-words");
const list = () => document.getElementById("targets");
const rows = () => [...dialog().querySelectorAll("[data-target]")];

/** `button`: of the verb. */
export function showTargets(button) {
  const { moment, call, leg, name } = line();
  if (moment !== "line") return;
  Object.assign(dialog().dataset, { verb: button.dataset.verb, call, leg: leg ?? "" });
  const label = button.querySelector("[data-verb-label]").textContent;
  dialog().querySelector("[data-target-title]").textContent = `${label} ${name ?? ""}`;
  dialog().querySelector("[data-target-hint]").textContent = button.dataset.hint;
  field().value = "";
  list().replaceChildren();
  tell("");
  dialog().showModal();
  field().focus();
  find();
}

async function find() {
  const number = ++asked;
  const sought = new URLSearchParams({ call: dialog().dataset.call, words: field().value });
  let html = "";
  try {
    html = await (await request(`/desk/targets?${sought}`)).text();
  } catch (error) {
    if (number === asked) tell(error.words);
    return;
  }
  if (number === asked) show(html);
}

/** Rows that come again while somebody goes through them keep the place. */
function show(html) {
  const here = document.activeElement?.dataset.target;
  list().innerHTML = html;
  if (here) rows().find((row) => row.dataset.target === here)?.focus();
}

async function choose(button) {
  const { verb, call, leg } = dialog().dataset;
  tell("");
  try {
    await post(`/desk/calls/${verb}`, { call, leg, tab: phone.tab, target: button.dataset.target });
  } catch (error) {
    if (dialog().open) tell(error.words);
    else toast(error.words);
    await refresh();
    return;
  }
  close();
  await refresh();
}

function close() {
  clearTimeout(timer);
  asked += 1;
  if (dialog().open) dialog().close();
}

function tell(words) {
  const place = dialog().querySelector("[data-target-refusal]");
  place.hidden = words === "";
  place.querySelector("[data-target-words]").textContent = words;
}

/** Down and up go through the rows, Enter in the field takes the first that can be taken. */
function press(event) {
  const all = rows().filter((row) => row.getAttribute("aria-disabled") !== "true");
  const here = all.indexOf(document.activeElement);
  if (event.key === "ArrowDown") all[Math.min(here + 1, all.length - 1)]?.focus();
  else if (event.key === "ArrowUp") (all[here - 1] ?? field()).focus();
  else if (event.key === "Enter" && event.target === field() && !event.isComposing) all[0]?.click();
  else return;
  event.preventDefault();
}

/** Who is here has changed. The call that it is about may be over, or somebody else's: then there is
 *  nothing to choose. */
function follow() {
  if (!dialog().open) return;
  const { moment, call } = line();
  if (moment !== "line" || call !== dialog().dataset.call) close();
  else findSoon();
}

function findSoon() {
  clearTimeout(timer);
  timer = setTimeout(find, PAUSE);
}

export function startTargets() {
  field().addEventListener("input", findSoon);
  dialog().addEventListener("keydown", press);
  dialog().addEventListener("close", paint);
  document.addEventListener("live:changed", follow);
}

export const actions = { "choose-target": choose, "close-targets": close };
