// The live regions: fetch those whose version is not the one that the page shows.
// A push that is lost or repeated does no harm: a region that shows the same is not sent.

import { request } from "./request.js";
import { notice } from "./say.js";

const OF_THE_FLOOR = ["my-queues", "colleagues", "unread"];

// The timeline is written from a stream, a moment after what it tells of.
const TIMELINE_LAG = 1500;

let running = null;
let later = null;
let again = null;

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
    notice("offline", error.status === 0);
    return;
  }
  notice("offline", false);
  if (response.status !== 200) return;
  showRegions(await response.text());
  if (document.getElementById("timeline")) {
    clearTimeout(later);
    later = setTimeout(refresh, TIMELINE_LAG);
  }
}

/** Put fresh regions in the place of those with their ids. */
export function showRegions(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const fresh of [...parsed.body.children]) {
    const old = document.getElementById(fresh.id);
    if (!old || isBeingUsed(old)) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const scroll = old.scrollTop;
    const adopted = document.adoptNode(fresh);
    old.replaceWith(adopted);
    window.htmx?.process(adopted);
    adopted.scrollTop = scroll;
    if (focused) sameButton(adopted, focused.dataset)?.focus({ preventScroll: true });
  }
  document.dispatchEvent(new CustomEvent("live:changed"));
}

// The same button, or the one that has its key now: hold, and retrieve after it.
function sameButton(region, { do: action, verb, key }) {
  const same = action ? `[data-do="${action}"]` : verb ? `[data-verb="${verb}"]` : null;
  const found = same && region.querySelector(same);
  return found ?? (key ? region.querySelector(`[data-key="${CSS.escape(key)}"]`) : null);
}

// Half-typed words and an open menu are not swapped away under somebody's hands; the next refresh
// brings the region, for its version stays the old one. A note's call that is over does swap.
function isBeingUsed(region) {
  return region.id === "my-status" && region.querySelector("details[open]") !== null;
}
