// The push: a WebSocket opened by a single-use ticket. What all pages share comes as data, and the
// page fetches only when it has missed a version; what is mine is fetched when it changes.
// Every reconnect and every minute the versions are fetched, so nothing leans on the socket.

import { callsChanged, refreshCalls } from "./calls.js";
import { refresh, showRows } from "./live.js";
import { post } from "./request.js";
import { notice } from "./say.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const STEADY = 5000; // open for so long, a connection was not refused
const MISSED_PAUSE = 1000;
const LOOK_AGAIN = 60_000;
const FETCH_AGAIN = 1500; // after it opened: who pushes knows of it a second later at most

let socket = null;
let isOpening = false;
let tries = 0;
let retry = null;
let missedTimer = null;

export function startPush(path) {
  open(path);
  lookAgain();
  window.addEventListener("online", () => reopen(path));
  window.addEventListener("offline", everything); // which fails, and says so
  document.addEventListener("session:renewed", () => reopen(path));
  window.addEventListener("pageshow", (event) => event.persisted && reopen(path));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") everything();
  });
}

function everything() {
  refreshCalls();
  return refresh({ floor: true });
}

/** Each minute, and not all pages at the same second of it. */
function lookAgain() {
  setTimeout(() => {
    everything();
    lookAgain();
  }, LOOK_AGAIN * (0.75 + Math.random() / 4));
}

function reopen(path) {
  everything();
  open(path);
}

async function open(path) {
  if (socket !== null || isOpening) return;
  isOpening = true;
  let ticket;
  try {
    ({ ticket } = await post("/push/ticket"));
  } catch (error) {
    notice("other-address", error.reason === "address", error.words);
    everything(); // says so, if nothing can be reached
    later(path);
    return;
  } finally {
    isOpening = false;
  }
  notice("other-address", false);
  connect(path, ticket);
}

function connect(path, ticket) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("ticket", ticket);
  let steady = null;
  socket = new WebSocket(url);
  socket.addEventListener("open", () => {
    steady = setTimeout(() => (tries = 0), STEADY);
    document.body.dataset.pushed = "yes";
    everything();
    setTimeout(everything, FETCH_AGAIN);
  });
  socket.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    clearTimeout(steady);
    socket = null;
    delete document.body.dataset.pushed;
    later(path);
  });
}

/** Each time twice as long, and never all pages at once: an office comes back after an outage. */
function later(path) {
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries) * (0.5 + Math.random() / 2);
  tries += 1;
  clearTimeout(retry);
  retry = setTimeout(() => open(path), wait);
}

/** Personal news are fetched at once. What all share is in the message, for who has the version
 *  before it; unless that concerns me by more than it says. */
function hear(message) {
  const [kind] = message.topic.split(":");
  if (kind === "agent") refresh();
  else if (kind === "calls") callsChanged();
  else if (!showRows(message) || isConcerned(message)) missed();
}

/** Who has which call is in no push: a page that shows it asks. */
function isConcerned({ concerned }) {
  return concerned.includes(document.body.dataset.agent) || document.getElementById("live-calls") !== null;
}

/** Fetch what the message did not say: at once what is not known yet, else a little later, for three
 *  hundred pages may do so. */
function missed() {
  if (document.querySelector('[data-version^="0-"]')) {
    refresh({ floor: true });
    return;
  }
  missedTimer ??= setTimeout(() => {
    missedTimer = null;
    refresh({ floor: true });
  }, MISSED_PAUSE * (1 + Math.random()));
}
