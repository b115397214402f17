// The microphone: whether it may be used is known before a caller is moved, not after.

import { notice, says } from "./say.js";

/** granted, denied or prompt; prompt where the browser does not tell. */
export async function microphoneState() {
  try {
    return (await navigator.permissions.query({ name: "microphone" })).state;
  } catch {
    return "prompt";
  }
}

let failed = ""; // how the last try failed

/** Why it cannot be used, as far as that is known without asking: mic-blocked, mic-missing or "". */
export async function microphoneTrouble() {
  if ((await microphoneState()) === "denied") return "mic-blocked";
  try {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.some(({ kind }) => kind === "audioinput") ? failed : "mic-missing";
  } catch {
    return failed; // the browser does not tell: asking for it will
  }
}

/** Calls `changed` when the microphone is allowed, blocked, plugged in or taken away. */
export async function watchMicrophone(changed) {
  const look = () => {
    failed = "";
    changed();
  };
  document.addEventListener("microphone:tried", changed);
  navigator.mediaDevices?.addEventListener("devicechange", look);
  try {
    const permission = await navigator.permissions.query({ name: "microphone" });
    permission.addEventListener("change", look);
  } catch {
    // the browser does not tell: it is looked at with each change of the desk
  }
}

/** Ask for it and let it go again. Answers whether it can be heard; says why not. */
export async function tryMicrophone(use = () => {}) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    const refused = error.name === "NotAllowedError" || error.name === "SecurityError";
    failed = refused ? "mic-blocked" : "mic-missing";
    notice("mic-blocked", refused);
    notice("mic-missing", !refused);
    return false;
  } finally {
    showMicrophone();
    if (stream) failed = "";
    document.dispatchEvent(new CustomEvent("microphone:tried"));
  }
  notice("mic-blocked", false);
  notice("mic-missing", false);
  await use(stream);
  for (const track of stream.getTracks()) track.stop();
  return true;
}

/** Five seconds of the microphone's level, on the meter of the page. */
export async function showLevel(stream) {
  const meter = document.querySelector("[data-level]");
  if (!meter) return;
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 512 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  meter.hidden = false;
  const end = performance.now() + 5000;
  while (performance.now() < end && meter.isConnected) {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    meter.value = Math.min(100, Math.sqrt(power) * 400);
    await new Promise(requestAnimationFrame);
  }
  meter.hidden = true;
  await context.close();
}

export async function showMicrophone() {
  const state = await microphoneState();
  for (const place of document.querySelectorAll("[data-mic-text]")) {
    place.textContent = says(`mic-${state}`);
  }
  return state;
}
