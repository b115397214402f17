// Requests to our own server. Each unsafe one carries the session's token.

import { notice, says } from "./say.js";

export const csrf = () => document.querySelector('meta[name="csrf-token"]').content;

/** A request that was answered with a refusal (`words` for people) or could not be made. */
export class Failed extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
    this.words = words;
  }
}

let isCallUp = () => false;
export function tellIfCallIsUp(ask) {
  isCallUp = ask;
}

/** The session is over: to the sign-in, but never in the middle of a call. */
export function signedOut() {
  if (isCallUp()) {
    notice("signed-out", true);
    return;
  }
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** POST fields; answer the JSON, or null when there is none. Throws `Failed`. */
export async function post(path, fields = {}, patience = 10_000) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "X-CSRF-Token": csrf() },
      body: new URLSearchParams(fields),
      signal: AbortSignal.timeout(patience),
    });
  } catch {
    throw new Failed(0, says("unreachable"));
  }
  if (response.status === 401) signedOut();
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const body = isJson ? await response.json() : null;
  if (!response.ok) {
    throw new Failed(response.status, body?.words ?? says("unreachable"));
  }
  return body;
}
