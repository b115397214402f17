// The push: a WebSocket opened by a single-use ticket. Messages poke; the page fetches.
// Every reconnect and every minute the versions are fetched, so nothing leans on the socket.

import { callsChanged, refreshCalls } from "./calls.js";
import { refresh } from "./live.js";
import { post } from "./request.js";
import { notice } from "./say.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const STEADY = 5000; // open for so long, a connection was not refused
const SHARED_PAUSE = 1000;

let socket = null;
let isOpening = false;
let tries = 0;
let retry = null;
let sharedTimer = null;

export function startPush(path) {
  open(path);
  setInterval(everything, 60_000);
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

/** Personal news at once; what all hear at most once a second. */
function hear({ topic }) {
  if (topic.startsWith("agent:")) {
    refresh();
  } else if (topic.split(":")[0] === "calls") {
    callsChanged();
  } else {
    sharedTimer ??= setTimeout(() => {
      sharedTimer = null;
      refresh({ floor: true });
    }, SHARED_PAUSE);
  }
}
