// The softphone: one Voice SDK device a tab, and the one call that it may have.
// What to do is the server's: this module only connects, mutes, presses keys and tells of losses.
// It lives in the shell: a page change never touches it.

import { isTyping } from "./fields.js";
import { refresh } from "./live.js";
import { microphoneState, microphoneTrouble, showMicrophone, tryMicrophone, watchMicrophone } from "./microphone.js";
import { paint } from "./paint.js";
import { canConnect, isBusy, line, phone } from "./phone.js";
import { post } from "./request.js";
import { isSilenced, keyTone, startRing, stopRing, wake } from "./ring.js";
import { notice, says, toast } from "./say.js";
import { csrf } from "./session.js";
import { nameOfThisTab } from "./tab.js";

const CONNECT_PATIENCE = 10_000; // the SDK's connect() may never settle (F23)
const SOUND_PATIENCE = 3000;
const LONGEST_WAIT = 30_000;
const SOUNDS = "incoming outgoing disconnect dtmf0 dtmf1 dtmf2 dtmf3 dtmf4 dtmf5 dtmf6 dtmf7 dtmf8 dtmf9 dtmfh dtmfs";

// --- The device ----------------------------------------------------------------------------------

export async function startSoftphone() {
  paint();
  phone.tab = await nameOfThisTab();
  window.addEventListener("pagehide", sayGoodbye);
  document.addEventListener("live:changed", follow);
  document.addEventListener("session:renewed", goOn);
  watchMicrophone(lookAtMicrophone);
  follow(); // an offer is acknowledged before the telephone line is there
  await startDevice();
  follow();
  if (isMine() && (await microphoneState()) === "granted") connect("rejoin");
}

async function startDevice() {
  if (!window.Twilio?.Device) {
    phoneIsOff("SDK");
    return;
  }
  try {
    const config = await post("/desk/voice-token", { tab: phone.tab });
    phone.audio = Object.keys(config.audio).length ? config.audio : true;
    phone.device = new window.Twilio.Device(config.token, deviceOptions(config.options));
  } catch (error) {
    phoneIsOff(error.status ?? error.message);
    tryLater(startDevice);
    return;
  }
  listenToDevice(phone.device);
  await register();
}

function deviceOptions(configured) {
  const silence = new URL(document.body.dataset.silence, location.href).href;
  return {
    closeProtection: true,
    enableImprovedSignalingErrorPrecision: true,
    maxCallSignalingTimeoutMs: 30_000,
    tokenRefreshMs: 60_000,
    logLevel: "silent",
    sounds: Object.fromEntries(SOUNDS.split(" ").map((name) => [name, silence])),
    ...configured,
  };
}

function listenToDevice(device) {
  device.on("registered", isReachable);
  device.on("unregistered", paint);
  device.on("tokenWillExpire", () => {
    phone.isTokenOld = true;
    if (!isBusy()) renewToken();
  });
  device.on("error", (error) => hearError(error));
  // Offers ring on the page (the carrier does not dial this device): nothing may ring twice.
  device.on("incoming", (call) => call.reject());
}

async function register() {
  try {
    await phone.device.register();
  } catch (error) {
    hearError(error);
  }
}

/** A fresh token, never in the middle of a call: that can cost a second of sound. */
async function renewToken() {
  try {
    const config = await post("/desk/voice-token", { tab: phone.tab });
    phone.device.updateToken(config.token);
    phone.isTokenOld = false;
  } catch {
    tryLater(renewToken);
  }
}

/** Signed in again: what was refused meanwhile is tried at once, not when its turn comes. */
function goOn() {
  phone.tries = 0;
  runLater();
}

function hearError(error) {
  if ([31401, 31402].includes(error.code)) {
    notice(error.code === 31401 ? "mic-blocked" : "mic-missing", true);
    return;
  }
  phoneIsOff(String(error.code ?? ""));
  const expired = [20101, 20104, 31204, 31205].includes(error.code);
  tryLater(async () => {
    if (expired) await renewToken();
    if (phone.device.state === "registered") isReachable();
    else await register();
  });
}

function isReachable() {
  phone.tries = 0;
  notice("phone-off", false);
  paint();
}

function phoneIsOff(detail) {
  if (phone.phase !== "idle") return;
  notice("phone-off", true, detail ? `(${detail})` : "");
  paint();
}

/** One try at a time, however many errors ask for it. */
function tryLater(work) {
  const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** phone.tries) * (0.5 + Math.random());
  phone.tries += 1;
  clearTimeout(phone.retry);
  phone.later = work;
  phone.retry = setTimeout(runLater, wait);
}

function runLater() {
  const work = phone.later;
  clearTimeout(phone.retry);
  phone.later = null;
  work?.();
}

// --- The call ------------------------------------------------------------------------------------

/** Ask for the call and call in with what is granted: an offer, or a sound that was lost or is in
 *  another tab. */
export async function connect(verb) {
  const { call, leg } = line();
  if (!call || !canConnect()) return;
  if (phone.call) leaveQuietly();
  phone.phase = "connecting";
  phone.verb = line().asked === undefined ? verb : "come-in"; // to the colleague who asks me in
  stopRing();
  paint();
  if (!(await tryMicrophone())) {
    phone.phase = "idle";
    follow();
    return;
  }
  await callIn(call, () => post(`/desk/calls/${verb}`, { call, leg, tab: phone.tab }));
}

/** Call a number as it was typed. What the server says against it; empty: it is being called. */
export function callOut(number, route) {
  return begin("call-out", () => post("/desk/call-out", { number, route, tab: phone.tab }));
}

/** Pick up the call of that button; of one that names none, the call of who has waited longest. */
async function pickUp({ dataset: { call = "" } }) {
  stopRing();
  await beginOrSay("pick-up", () => post("/desk/pickup", { call, tab: phone.tab }), { floor: true });
}

/** Listen to the call of that button, which a colleague has. */
async function listen({ dataset: { call } }) {
  stopRing();
  const asked = { call, leg: "", tab: phone.tab };
  await beginOrSay("supervise", () => post("/desk/calls/supervise", asked), { floor: true });
}

/** Back to a call of mine that is on hold: the one that is here is put on hold. */
export async function switchTo({ dataset: { verb, call } }) {
  const asked = { call, leg: "", tab: phone.tab };
  await beginOrSay(verb, () => post(`/desk/calls/${verb}`, asked));
}

/** What there is against it is said, and the page shows how things are. `seen`: as for refresh(). */
async function beginOrSay(verb, ask, seen) {
  const refusal = await begin(verb, ask);
  if (refusal === "") return;
  toast(refusal);
  await refresh(seen);
}

/** A call that is not here yet. What there is against it; empty: it is being connected. The one that
 *  is here stays, until the server has put it on hold. */
async function begin(verb, ask) {
  if (!canConnect()) return says("call-out-no-line");
  Object.assign(phone, { phase: "connecting", verb, isAsking: true });
  paint();
  let granted = null;
  let refusal = "";
  if (!(await tryMicrophone())) refusal = says("call-out-no-microphone");
  else {
    try {
      granted = await ask();
    } catch (error) {
      refusal = error.words;
    }
  }
  phone.isAsking = false;
  if (granted === null) {
    phone.phase = phone.call ? "up" : "idle";
    follow();
    return refusal;
  }
  if (phone.call) leaveQuietly();
  callIn(granted.params.call, async () => granted);
  return "";
}

async function callIn(callId, ask) {
  try {
    const { params, leg } = await ask();
    if (phone.isTokenOld) await renewToken(); // a new sound needs one that is good
    Object.assign(phone, { callId, leg });
    phone.muted = false;
    const connecting = phone.device.connect({ params, rtcConstraints: { audio: phone.audio } });
    phone.call = await withPatience(connecting, CONNECT_PATIENCE);
    listenToCall(phone.call);
  } catch (error) {
    lost(error);
  }
  await refresh();
  paint();
}

function withPatience(promise, patience) {
  const over = new Promise((_, reject) => {
    setTimeout(() => reject(Object.assign(new Error("timeout"), { code: 31530 })), patience);
  });
  return Promise.race([promise, over]);
}

/** It did not connect: say so, and let the caller go back at once instead of when time is up. */
function lost(error) {
  phone.phase = "idle";
  phone.call = null;
  if (error.words) {
    toast(error.words);
    return;
  }
  if (error.code) hearError(error);
  toast(says(`${phone.verb}-failed`));
  tellLost(`error ${error.code ?? error.name}`);
}

function tellLost(reason) {
  if (!phone.leg) return;
  post("/desk/headset-lost", { call: phone.callId, leg: phone.leg, reason })
    .catch(() => {}) // the carrier tells the same: this is only sooner
    .finally(refresh);
}

function listenToCall(call) {
  let heard = false;
  let patience = null;
  if (call.status() === "open") begin();
  call.on("accept", begin);
  call.on("sample", (sample) => {
    if (heard || !(sample.totals?.packetsReceived > 0)) return;
    heard = true;
    notice("no-sound", false);
  });
  call.on("reconnecting", () => notice("call-network", true));
  call.on("reconnected", () => notice("call-network", false));
  call.on("mute", (muted) => {
    phone.muted = muted;
    paint();
  });
  call.on("error", (error) => {
    if (call === phone.call && phone.phase === "connecting") lost(error);
  });
  for (const end of ["disconnect", "cancel", "reject"]) call.on(end, over);

  function begin() {
    if (call !== phone.call || phone.phase === "up") return;
    phone.phase = "up";
    patience = setTimeout(() => notice("no-sound", !heard), SOUND_PATIENCE);
    paint();
  }

  function over() {
    clearTimeout(patience);
    if (call !== phone.call) return;
    const phase = phone.isAsking ? "connecting" : "idle";
    Object.assign(phone, { call: null, phase, muted: false, keypad: false, typed: "" });
    notice("no-sound", false);
    notice("call-network", false);
    if (phone.isTokenOld) renewToken();
    refresh().then(paint);
  }
}

/** Leave the old sound without telling of a loss: a new connection takes its place. */
function leaveQuietly() {
  const old = phone.call;
  phone.call = null;
  old.disconnect();
}

// The page goes (closed or reloaded): the caller must hear music at once, not after 30 seconds.
function sayGoodbye() {
  if (phone.phase === "idle" || !phone.leg) return;
  const fields = { csrf: csrf(), call: phone.callId, leg: phone.leg, reason: "page closed" };
  navigator.sendBeacon("/desk/headset-lost", new URLSearchParams(fields));
}

// --- What the state of the desk asks of this page --------------------------------------------------

function isMine() {
  const { moment, tab } = line();
  return moment === "line" && tab === phone.tab && phone.phase === "idle";
}

async function follow() {
  const { moment, device, reminds } = line();
  paint();
  if (moment === "offer" && phone.phase === "idle") {
    showOffer(line());
    if (device === "desk") startRing();
    else stopRing();
    notice("ring-blocked", device === "desk" && isSilenced());
    await lookAtMicrophone();
  } else {
    sayHowItEnded();
    if (reminds === undefined) stopRing();
    else startRing(); // a caller on hold is forgotten
    notice("ring-blocked", false);
  }
  showMicrophone();
}

/** Accept is disabled before a caller is moved to somebody who cannot be heard. */
async function lookAtMicrophone() {
  phone.trouble = await microphoneTrouble();
  for (const name of ["mic-blocked", "mic-missing"]) notice(name, phone.trouble === name);
  paint();
}

/** The offer that this page showed is gone, and not by a click: the desk keeps it listed. */
function sayHowItEnded() {
  const { moment, ended, endedCall } = line();
  if (moment === "offer" || !phone.offer) return;
  if (ended && phone.offer.startsWith(`${endedCall} `)) toast(ended);
  phone.offer = "";
}

/** A new offer is acknowledged, and takes the focus unless somebody is typing. */
function showOffer({ call, leg, device }) {
  const offer = `${call} ${leg}`;
  if (phone.offer === offer) return;
  phone.offer = offer;
  // Lost, it does no harm: then the next device rings, and this page can accept all the same.
  if (device === "desk") post("/desk/shown", { call, leg }).catch(() => {});
  if (!isTyping() && !document.activeElement?.closest("dialog")) {
    document.querySelector('[role="alertdialog"]')?.focus({ preventScroll: true });
  }
}

// --- Buttons -------------------------------------------------------------------------------------

export function mute() {
  phone.call?.mute(!phone.call.isMuted());
}

export function showKeypad() {
  phone.keypad = !phone.keypad;
  paint();
}

function digit(key) {
  if (!phone.call) return;
  phone.call.sendDigits(key);
  keyTone(key);
  phone.typed = (phone.typed + key).slice(-24);
  paint();
}

export const actions = {
  digit: (button) => digit(button.dataset.digit),
  "pick-up": pickUp,
  listen,
  ready: async () => {
    await wake();
    await tryMicrophone();
  },
  "reconnect-phone": () => (phone.device ? register() : startDevice()),
};
