// The push: a WebSocket opened by a single-use ticket. Messages poke; the page fetches.
// Every reconnect and every minute the versions are fetched, so nothing leans on the socket.

import { refresh } from "./live.js";
import { post } from "./post.js";

const LONGEST_WAIT = 30_000;
const SHARED_PAUSE = 1000;

let socket = null;
let tries = 0;
let sharedTimer = null;

export function startPush(path) {
  open(path);
  setInterval(everything, 60_000);
  window.addEventListener("online", () => reopen(path));
  window.addEventListener("offline", everything); // which fails, and says so
  window.addEventListener("pageshow", (event) => event.persisted && reopen(path));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") everything();
  });
}

const everything = () => refresh({ floor: true });

function reopen(path) {
  everything();
  if (socket === null) open(path);
}

async function open(path) {
  let ticket;
  try {
    ({ ticket } = await post("/push/ticket"));
  } catch {
    everything(); // says so, if nothing can be reached
    later(path);
    return;
  }
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("ticket", ticket);
  socket = new WebSocket(url);
  socket.addEventListener("open", () => {
    tries = 0;
    document.body.dataset.pushed = "yes";
    everything();
  });
  socket.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    socket = null;
    delete document.body.dataset.pushed;
    later(path);
  });
}

function later(path) {
  const wait = Math.min(LONGEST_WAIT, 500 * 2 ** tries) * (0.5 + Math.random());
  tries += 1;
  setTimeout(() => socket === null && open(path), wait);
}

/** Personal news at once; what all hear at most once a second. */
function hear({ topic }) {
  if (topic.startsWith("agent:")) {
    refresh();
  } else {
    sharedTimer ??= setTimeout(() => {
      sharedTimer = null;
      everything();
    }, SHARED_PAUSE);
  }
}
