// Requests to our own server: every fetch of the pages goes through here.
// Each unsafe one carries the session's token; a token that is old is renewed, and the request sent
// once more. Who gets `Failed` with 401 keeps what it has and tries again at "session:renewed".

import { says } from "./say.js";
import { csrf, renew, sessionIsOver } from "./session.js";

const PATIENCE = 10_000;

/** A request that was answered with a refusal (`words` for people, sometimes a `reason` for
 *  scripts) or could not be made (status 0). */
export class Failed extends Error {
  constructor(status, words, reason) {
    super(words);
    this.status = status;
    this.words = words;
    this.reason = reason;
  }
}

/** Whether a refusal (its JSON) says that the page is older than the session. */
export const isOldToken = (refusal) => refusal?.reason === "token";

/** The answer, when it is a good one. With `fields` a POST; `inside` asks for the main region of a
 *  page, as htmx does. Throws `Failed`. */
export async function request(path, { fields = null, patience = PATIENCE, inside = false } = {}) {
  const headers = inside ? { "HX-Request": "true" } : {};
  let response = await send(path, fields, patience, headers);
  if (response.ok) return response;
  let refusal = await readRefusal(response);
  if (isOldToken(refusal) && (await renew())) {
    response = await send(path, fields, patience, headers);
    if (response.ok) return response;
    refusal = await readRefusal(response);
  }
  if (response.status === 401) sessionIsOver();
  throw new Failed(response.status, refusal?.words ?? says("unreachable"), refusal?.reason);
}

/** POST fields; answer the JSON, or null when there is none. Throws `Failed`. */
export async function post(path, fields = {}, patience = PATIENCE) {
  const response = await request(path, { fields, patience });
  return isJson(response) ? response.json() : null;
}

/** POST a form's data that is to arrive even though the page goes away; nobody hears the answer. */
export function postAtLast(path, data) {
  const headers = { "X-CSRF-Token": csrf() };
  fetch(path, { method: "POST", headers, body: data, keepalive: true }).catch(() => {}); // gone
}

const isJson = (response) => response.headers.get("Content-Type")?.startsWith("application/json");

async function readRefusal(response) {
  return isJson(response) ? response.json() : null;
}

async function send(path, fields, patience, headers) {
  const unsafe = fields && {
    method: "POST",
    headers: { ...headers, "X-CSRF-Token": csrf() },
    body: fields instanceof FormData ? fields : new URLSearchParams(fields),
  };
  try {
    return await fetch(path, { headers, ...unsafe, signal: AbortSignal.timeout(patience) });
  } catch {
    throw new Failed(0, says("unreachable"));
  }
}
