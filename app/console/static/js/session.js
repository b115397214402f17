// The session of this page: its token, its end, and the next one.
// A session that is over does not take the page away while that holds a call or unsaved words: the
// page keeps what it has. Whoever signs in again, here or in another tab of this browser, gives
// every open page of the same person its new token ("session:renewed").

import { notice, says } from "./say.js";

const PATIENCE = 10_000;
const ASK_AGAIN = 5000;
const JSON_PLEASE = { Accept: "application/json" };

const channel = new BroadcastChannel("session");
const reasons = [];
let isOver = false;
let isLeaving = false;
let asking = null;

const token = () => document.querySelector('meta[name="csrf-token"]');
const dialog = () => document.getElementById("sign-in-again");

export const csrf = () => token().content;

/** A reason to keep this page though its session is over: asked when that is known. */
export function stayWhile(isNeeded) {
  reasons.push(isNeeded);
}

/** A request was answered with 401: to the sign-in, or here, if the page must stay. */
export function sessionIsOver() {
  if (isOver || isLeaving) return; // several requests may find it out together
  if (!reasons.some((isNeeded) => isNeeded())) {
    isLeaving = true;
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
    return;
  }
  isOver = true;
  notice("signed-out", true);
  asking = setInterval(look, ASK_AGAIN);
}

/** The token of the session that this browser has now. Answers whether this page may go on. */
export async function renew() {
  const now = await ask();
  if (now === null) return false;
  if (now.account !== null) return adopt(now);
  sessionIsOver();
  return false;
}

async function ask() {
  try {
    const response = await fetch("/sign-in", { headers: JSON_PLEASE, signal: AbortSignal.timeout(PATIENCE) });
    return response.ok ? await response.json() : null;
  } catch {
    return null; // the network is away: the next request, or the next look, asks again
  }
}

async function look() {
  const now = await ask();
  if (isOver && now?.account) adopt(now);
}

/** One browser has one session: of somebody else, it is no session of this page. */
function adopt(now) {
  const isMine = now.account === document.body.dataset.agent;
  notice("other-account", !isMine);
  if (!isMine) return false;
  if (!isOver && now.csrf === csrf()) return true;
  token().content = now.csrf;
  for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = now.csrf;
  isOver = false;
  clearInterval(asking);
  notice("signed-out", false);
  dialog().close();
  document.dispatchEvent(new CustomEvent("session:renewed"));
  return true;
}

async function signIn(event) {
  event.preventDefault();
  const form = event.target;
  const status = form.querySelector("[role=status]");
  const before = await ask();
  const fields = new FormData(form);
  fields.set("csrf", before?.csrf ?? "");
  let answer;
  try {
    const response = await fetch("/sign-in", {
      method: "POST",
      headers: JSON_PLEASE,
      body: new URLSearchParams(fields),
      signal: AbortSignal.timeout(PATIENCE),
    });
    answer = await response.json();
  } catch {
    answer = { words: says("unreachable") };
  }
  form.reset();
  status.textContent = answer.words ?? "";
  if (answer.account) channel.postMessage(answer);
  if (answer.account) adopt(answer);
}

export function startSession() {
  const account = document.body.dataset.agent;
  channel.addEventListener("message", ({ data }) => adopt(data));
  channel.postMessage({ account, csrf: csrf() }); // pages that were open before the sign-in
  dialog().addEventListener("submit", signIn);
  document.addEventListener("visibilitychange", () => isOver && look());
  window.addEventListener("pageshow", () => (isLeaving = false)); // back, by the browser's history
}

export const actions = {
  "sign-in-again": () => dialog().showModal(),
  "close-sign-in": () => dialog().close(),
};
