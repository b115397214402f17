// The calls list and the call's page, kept up to date. What is fetched is the page as it is now; of
// it only the parts that show something else are put in. A `data-fresh` element keeps its place and
// has children with ids; a child with `data-part` (the version of what it shows) may be replaced, one
// without never is: a half-typed note, the headings. So focus, scroll and an open player stay.

import { isField } from "./fields.js";
import { Failed, request } from "./request.js";

const PAUSE = 1000;

let timer = null;
let asked = 0;

/** Calls have changed: fetch them, at most once a second. */
export function callsChanged() {
  timer ??= setTimeout(() => {
    timer = null;
    refreshCalls();
  }, PAUSE);
}

/** Fetch the page again and put in what is new; a page that nobody looks at waits until it is seen. */
export async function refreshCalls() {
  if (!outermost(document).length || document.visibilityState === "hidden") return;
  const { href } = location;
  const mine = (asked += 1);
  let html;
  try {
    html = await (await request(href, { inside: true })).text();
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return; // the live regions say what is the matter, and the next look comes within a minute
  }
  if (mine !== asked || href !== location.href) return;
  for (const fresh of outermost(new DOMParser().parseFromString(html, "text/html"))) {
    const old = document.getElementById(fresh.id);
    if (old) update(old, fresh);
  }
  document.dispatchEvent(new CustomEvent("live:changed"));
}

const outermost = (root) => [...root.querySelectorAll("[data-fresh]")].filter((e) => !e.parentElement.closest("[data-fresh]"));

function update(old, fresh) {
  const known = new Map([...old.children].map((part) => [part.id, part]));
  for (const [id, part] of known) {
    if (!fresh.querySelector(`:scope > #${CSS.escape(id)}`) && !isInUse(part)) part.remove();
  }
  let last = null;
  for (const part of [...fresh.children]) {
    const now = known.has(part.id) ? renewed(known.get(part.id), part) : adopted(part);
    const place = last ? last.nextElementSibling : old.firstElementChild;
    if (now !== place) old.insertBefore(now, place);
    last = now;
  }
}

function renewed(old, fresh) {
  if ("fresh" in fresh.dataset) update(old, fresh);
  if (old.dataset.part === fresh.dataset.part || isInUse(old)) return old;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const now = adopted(fresh);
  old.replaceWith(now);
  if (focused) sameIn(now, focused)?.focus({ preventScroll: true });
  return now;
}

function adopted(fresh) {
  const part = document.adoptNode(fresh);
  window.htmx?.process(part);
  return part;
}

const isInUse = (part) => part.querySelector("audio[src]") !== null || (isField(document.activeElement) && part.contains(document.activeElement));

function sameIn(part, { dataset, attributes }) {
  const href = attributes.getNamedItem("href")?.value;
  if (href) return part.querySelector(`a[href="${CSS.escape(href)}"]`);
  return dataset.do ? part.querySelector(`[data-do="${dataset.do}"]`) : null;
}
