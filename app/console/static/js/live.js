// The live regions: fetch those whose version is not the one that the page shows.
// A push that is lost or repeated does no harm: a region that shows the same is not sent.

import { fieldIn, isComposedIn, restoreField, startFields } from "./fields.js";
import { isNoteToKeep, saveNotes, setAside } from "./notes.js";
import { line } from "./phone.js";
import { request } from "./request.js";
import { notice } from "./say.js";

const OF_THE_FLOOR = ["to-take", "my-queues", "colleagues", "unread", "live-calls", "live-queues", "live-agents"];

// The timeline is written from a stream, a moment after what it tells of.
const TIMELINE_LAG = 1500;

let running = null;
let later = null;
let again = null;
let isOffline = false;

export function startLive() {
  startFields(refresh);
}

/** Fetch what changed of mine; with `floor` queues and colleagues too, which cost more to read.
 *  Calls during a fetch are folded into one more. */
export function refresh({ floor = false } = {}) {
  if (running) {
    again = { floor: floor || again?.floor };
    return running;
  }
  running = fetchChanged(floor).finally(() => {
    running = null;
    if (again) {
      const next = again;
      again = null;
      refresh(next);
    }
  });
  return running;
}

async function fetchChanged(floor) {
  const known = new URLSearchParams();
  for (const { dataset } of document.querySelectorAll("[data-region]")) {
    if (floor || !OF_THE_FLOOR.includes(dataset.region)) known.set(dataset.region, dataset.version);
  }
  if (![...known].length) return;
  let response;
  try {
    response = await request(`/live?${known}`);
  } catch (error) {
    isOffline = error.status === 0;
    notice("offline", isOffline);
    return;
  }
  notice("offline", false);
  if (isOffline) saveNotes();
  isOffline = false;
  if (response.status !== 200) return;
  showRegions(await response.text());
  if (document.getElementById("timeline")) {
    clearTimeout(later);
    later = setTimeout(refresh, TIMELINE_LAG);
  }
}

/** Put the rows of a push in the place of those that the page shows. Answers whether it shows that
 *  version now, or a later one; a region that has missed one waits for the fetch. */
export function showRows({ version, after, language, people, queues }) {
  if (after === undefined) return false;
  const fresh = { colleagues: people, "my-queues": queues };
  const regions = Object.keys(fresh)
    .map((name) => document.getElementById(name))
    .filter((region) => region && Number(versionOf(region)) < Number(version));
  const isNext = (region) => versionOf(region) === after && language === document.documentElement.lang;
  for (const region of regions.filter(isNext)) {
    for (const [id, html] of Object.entries(fresh[region.id])) replaceRow(region, id, html);
    const [, own] = region.dataset.version.split("-");
    region.dataset.version = `${version}-${own}`;
    countFree(region);
  }
  document.dispatchEvent(new CustomEvent("live:changed"));
  return regions.every((region) => versionOf(region) === version);
}

/** The version of what all pages share, in a region that shows it. */
const versionOf = (region) => region.dataset.version.split("-")[0];

function replaceRow(region, id, html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const old = region.querySelector(`[data-row="${CSS.escape(id)}"]`); // none: of nobody here
  old?.replaceWith(document.adoptNode(parsed.body.firstElementChild));
}

function countFree(region) {
  const place = region.querySelector("[data-free]");
  if (place) place.textContent = region.querySelectorAll('.who [data-state="ready"]').length;
}

/** Put fresh regions in the place of those with their ids. */
export function showRegions(html) {
  const { call } = line();
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const fresh of [...parsed.body.children]) {
    const old = document.getElementById(fresh.id);
    if (!old || isBeingUsed(old)) continue;
    saveNotes(old);
    const field = fieldIn(old);
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const scroll = old.scrollTop;
    const adopted = document.adoptNode(fresh);
    if (isNoteToKeep(old, adopted)) setAside(old, adopted);
    else old.replaceWith(adopted);
    window.htmx?.process(adopted);
    adopted.scrollTop = scroll;
    if (field) restoreField(adopted, field);
    else if (focused && line().call === call) sameButton(adopted, focused.dataset)?.focus({ preventScroll: true });
  }
  document.dispatchEvent(new CustomEvent("live:changed"));
}

// The same button of the same call or colleague, or the one that has its key now: hold, and retrieve
// after it.
function sameButton(region, { do: action, verb, key, call, agent }) {
  const same = action ? `[data-do="${action}"]${of("call", call)}${of("agent", agent)}` : verb ? `[data-verb="${verb}"]` : null;
  const found = same && region.querySelector(same);
  return found ?? (key ? region.querySelector(`[data-key="${CSS.escape(key)}"]`) : null);
}

const of = (name, id) => (id ? `[data-${name}="${CSS.escape(id)}"]` : `:not([data-${name}])`);

// An open menu and a word that is being composed are not swapped away under somebody's hands; the
// next refresh brings the region, for its version stays the old one.
function isBeingUsed(region) {
  const isOpen = region.id === "my-status" && region.querySelector("details[open]") !== null;
  return isOpen || isComposedIn(region);
}
