// What only this page knows of the telephone, and what the server says of the line.

export const phone = {
  device: null,
  audio: true, // constraints of the microphone, as configured
  call: null,
  verb: "", // what it connects for: accept, come-in, rejoin, call-out or pick-up
  isAsking: false, // for another call, while this one may be put on hold for it
  trouble: "", // why the microphone cannot be used: mic-blocked, mic-missing
  phase: "idle", // idle, connecting, up
  offer: "", // the call and leg that were shown last
  callId: "",
  leg: "",
  muted: false,
  keypad: false,
  typed: "",
  tab: "",
  isTokenOld: false,
  retry: null, // the timer of what is tried later
  later: null,
  tries: 0,
};

export const line = () => document.getElementById("line")?.dataset ?? {};


/** Nothing else has the sound here; or it is of the very call whose sound is to be taken again, or
 *  that is put on hold for another. */
export const canConnect = () =>
  phone.device !== null && (phone.phase === "idle" || (phone.phase === "up" && line().moment === "line"));

export const isBusy = () => phone.phase !== "idle";
