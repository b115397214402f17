// What only this page knows of the telephone, and what the server says of the line.

export const phone = {
  device: null,
  audio: true, // constraints of the microphone, as configured
  call: null,
  phase: "idle", // idle, connecting, up
  offer: "", // the call and leg that were shown last
  callId: "",
  leg: "",
  muted: false,
  keypad: false,
  typed: "",
  tab: "",
  isTokenOld: false,
  retry: null,
  tries: 0,
};

export const line = () => document.getElementById("line")?.dataset ?? {};

export const isBusy = () => phone.phase !== "idle";
