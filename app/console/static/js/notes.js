// Notes: no typed word is lost. Each is saved while it is typed, at each swap, when the page goes and
// when the network or the session is back; until then it is kept here and in the browser's storage, by
// person and call. "Saved" stands only beside what the server has. What the server refuses is kept
// until somebody changes or discards it.
// The server keeps versions (app/domain/note.py): what two windows typed is merged there.

import { Failed, post, postAtLast } from "./request.js";
import { notice, says } from "./say.js";
import { stayWhile } from "./session.js";

const PAUSE = 700; // without a letter, then a note is saved
const LONGEST = 1800; // and while letters come
const PATIENCE = 5000;
const LONGEST_RETRY = 15_000;
const OF_ANOTHER_TAB = 10_000; // as old is a draft that its tab does not type any more
const MOST_SEEN = 20;

const drafts = new Map(); // the note of a call until the server has all of it
const prefix = () => `note/${document.body.dataset.agent}/`;
const windows = new BroadcastChannel(prefix()); // of the same person in this browser
const find = (attribute, call) => document.querySelector(`[${attribute}="${CSS.escape(call)}"]`);
const fieldOf = (call) => find("data-note", call);
const thisTab = () => sessionStorage.getItem("tab");

export function startNotes() {
  document.addEventListener("input", ({ target }) => target.matches("[data-note]") && typed(target));
  document.addEventListener("focusout", () => setTimeout(leave));
  document.addEventListener("live:changed", show);
  document.addEventListener("visibilitychange", () => saveNotes());
  document.addEventListener("session:renewed", () => saveNotes());
  window.addEventListener("online", () => saveNotes());
  window.addEventListener("pagehide", saveAtLast);
  stayWhile(() => drafts.size > 0);
  windows.addEventListener("message", ({ data }) => hear(data));
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix())) takeUp(key);
}

// --- Typing --------------------------------------------------------------------------------------

function typed(field) {
  const call = field.dataset.note;
  const { version } = field.dataset;
  const draft = drafts.get(call) ?? { call, seen: version ? [version] : [], tries: 0 };
  drafts.set(call, draft);
  draft.text = field.value;
  draft.isRefused = false;
  store(draft);
  draft.since ??= performance.now();
  if (draft.tries === 0) say(draft, "saving");
  else tellOfKept();
  plan(draft, Math.min(PAUSE, draft.since + LONGEST - performance.now()));
}

function plan(draft, wait) {
  clearTimeout(draft.timer);
  draft.timer = setTimeout(save, wait, draft);
}

/** Save now what is not saved: of this region, or of all. */
export function saveNotes(region = document) {
  for (const draft of drafts.values()) {
    const field = fieldOf(draft.call);
    if (region === document || region.contains(field)) save(draft);
  }
}

/** Who leaves a note has finished it. */
function leave() {
  for (const draft of drafts.values()) {
    if (draft.since !== undefined && fieldOf(draft.call) !== document.activeElement) save(draft);
  }
  putAway();
}

// --- Saving --------------------------------------------------------------------------------------

const pathOf = ({ call }) => `/calls/${encodeURIComponent(call)}/note`;

function formOf(draft, version) {
  const form = new FormData();
  form.set("text", draft.text);
  form.set("version", version);
  form.set("seen", draft.seen.join(" "));
  return form;
}

const nameOfVersion = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(36)).join("");

/** Should the answer be lost, the server has a version that this page has sent: it is no conflict. */
function isSent(draft, version) {
  draft.seen = [draft.seen[0], ...draft.seen.slice(1).slice(-MOST_SEEN), version].filter(Boolean);
  store(draft);
}

async function save(draft) {
  if (draft.isSending || drafts.get(draft.call) !== draft) return;
  clearTimeout(draft.timer);
  draft.isSending = true;
  delete draft.since;
  const { text } = draft;
  const version = nameOfVersion();
  const form = formOf(draft, version);
  isSent(draft, version);
  try {
    const answer = await post(pathOf(draft), form, PATIENCE);
    draft.isSending = false;
    isSaved(draft, text, answer);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    draft.isSending = false;
    isNotSaved(draft, error);
  }
}

function isSaved(draft, sent, { text, version, words }) {
  draft.tries = 0;
  const isTypedOn = draft.text !== sent;
  if (isTypedOn) {
    // What another window wrote comes with the last words: the server merges until we have seen it.
    if (text === sent) draft.seen = [version];
    store(draft);
    plan(draft, PAUSE);
    return;
  }
  forget(draft.call);
  put(draft.call, text, version, words);
  windows.postMessage({ call: draft.call, text, version, words });
  if (text !== sent) say(draft, "merged");
  putAway();
  tellOfKept();
}

function isNotSaved(draft, { status, words }) {
  const reason = { 0: "no-network", 401: "note-signed-out", 409: "" }[status] ?? "not-saved";
  draft.isRefused = status === 409;
  draft.since = undefined;
  if (!draft.isRefused) plan(draft, Math.min(LONGEST_RETRY, 1000 * 2 ** draft.tries));
  draft.tries += 1;
  say(draft, reason, words);
}

/** The note of that call is what the server has: for one that it refuses, when its writer says so. */
function discard(call) {
  const field = fieldOf(call);
  forget(call);
  if (field) field.value = field.defaultValue;
  const place = find("data-note-saved", call);
  if (place) place.textContent = "";
  putAway();
  tellOfKept();
}

function forget(call) {
  clearTimeout(drafts.get(call)?.timer);
  drafts.delete(call);
  localStorage.removeItem(prefix() + call);
}

/** The page goes: no answer is heard, so that the storage keeps what the next page saves again. */
function saveAtLast() {
  for (const draft of drafts.values()) {
    const version = nameOfVersion();
    postAtLast(pathOf(draft), formOf(draft, version));
    isSent(draft, version);
  }
}

// --- The browser's storage -------------------------------------------------------------------------

function store({ call, text, seen }) {
  try {
    localStorage.setItem(prefix() + call, JSON.stringify({ text, seen, at: Date.now(), tab: thisTab() }));
  } catch (error) {
    // Full, or forbidden: then the note is kept by this page alone, and still saved.
    if (!(error instanceof DOMException)) throw error;
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null; // somebody else's; the desk works all the same
  }
}

/** What a page that went could not save. One that another tab still types is left to it. */
function takeUp(key) {
  const kept = read(key);
  const call = key.slice(prefix().length);
  if (!kept || drafts.has(call)) return;
  const age = Date.now() - kept.at;
  if (kept.tab !== thisTab() && age < OF_ANOTHER_TAB) {
    setTimeout(takeUp, OF_ANOTHER_TAB - age, key);
    return;
  }
  const draft = { call, text: kept.text, seen: kept.seen, tries: 0 };
  drafts.set(call, draft);
  show();
  save(draft);
}

// --- Showing -------------------------------------------------------------------------------------

/** The fields of this page have what was typed before they came. */
function show() {
  for (const draft of drafts.values()) {
    const field = fieldOf(draft.call);
    if (field && field.value !== draft.text) field.value = draft.text;
    if (draft.said) sayThere(draft);
  }
  tellOfKept();
}

/** The note as the server has it; who is in the field stays at the same place. */
function put(call, text, version, words) {
  const field = fieldOf(call);
  if (!field) return;
  field.dataset.version = version;
  field.defaultValue = text;
  if (field.value !== text) {
    const { selectionStart, selectionEnd, scrollTop } = field;
    field.value = text;
    field.setSelectionRange(selectionStart, selectionEnd);
    field.scrollTop = scrollTop;
  }
  const place = find("data-note-saved", call);
  if (place) place.textContent = words;
}

/** Another window of this browser has saved that note: who types here has it merged instead. */
function hear({ call, text, version, words }) {
  if (!drafts.has(call)) put(call, text, version, words);
}

function say(draft, key, words = "") {
  draft.said = key ? says(key) : words;
  sayThere(draft);
  tellOfKept();
}

function sayThere({ call, said }) {
  const place = find("data-note-saved", call);
  if (place && place.textContent !== said) place.textContent = said;
}

const hiddenNotes = () => [...drafts.values()].filter((draft) => draft.tries > 0 && !fieldOf(draft.call));

/** A note that is not saved and that this page does not show; and one that was refused, on it or not. */
function tellOfKept() {
  const [refused] = hiddenNotes().filter(({ isRefused }) => isRefused);
  notice("notes-kept", hiddenNotes().some(({ isRefused }) => !isRefused));
  notice("notes-refused", refused !== undefined, refused ? `${refused.said} “${refused.text}”` : "");
  for (const button of document.querySelectorAll("[data-discards]")) {
    const isShown = Boolean(drafts.get(button.dataset.discards)?.isRefused);
    if (button.hidden === isShown) button.hidden = !isShown;
  }
}

export const actions = {
  "discard-note": (button) => discard(button.dataset.discards),
  "discard-hidden-note": () => discard(hiddenNotes().find(({ isRefused }) => isRefused).call),
};

// --- The note of a call that is over ---------------------------------------------------------------

const isUsed = (field) => field === document.activeElement || drafts.has(field.dataset.note);

/** The fresh region is of something else, and somebody is not yet through with the note of the old. */
export function isNoteToKeep(old, fresh) {
  const field = old.querySelector("[data-note]");
  return field !== null && isUsed(field) && fresh.querySelector(`#${CSS.escape(field.id)}`) === null;
}

/** The old region stays with its note alone, above the fresh one, until the note is left and saved.
 *  It is not moved: a field that is moved loses the focus. */
export function setAside(old, fresh) {
  const field = old.querySelector("[data-note]");
  for (const part of [...old.children]) if (!part.matches("header") && !part.contains(field)) part.remove();
  for (const name of ["id", "data-region", "data-version", "aria-label"]) old.removeAttribute(name);
  old.dataset.kept = field.dataset.note;
  old.querySelector(`label[for="${field.id}"]`).textContent = says("kept-note");
  old.after(fresh);
}

function putAway() {
  for (const region of document.querySelectorAll("[data-kept]")) {
    if (!isUsed(region.querySelector("[data-note]"))) region.remove();
  }
}
