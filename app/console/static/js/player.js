// The recording player. The link is asked for at the first play: each listening is written down.
// A link lives for minutes, a listener longer: when it is over, a new one of the same listening is
// asked for, and the recording goes on at the same place and speed.

import { post } from "./request.js";
import { says } from "./say.js";

const LONGEST_DRAWN = 15 * 60; // seconds; longer recordings play without their picture
const BARS = 150;
const SPEEDS = [1, 1.25, 1.5, 2];

const links = new WeakMap(); // by audio: how its link does
const asking = new WeakSet(); // audios whose link is being asked for

const parts = (inside) => {
  const player = inside.closest("[data-player]");
  return { player, audio: player.querySelector("[data-audio]"), seek: player.querySelector("[data-seek]") };
};

function span(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** One link at a time is asked for: a second answer would take the place of the first, which plays. */
async function askingFor(audio, ask) {
  if (asking.has(audio)) return;
  asking.add(audio);
  try {
    await ask();
  } finally {
    asking.delete(audio);
  }
}

async function load({ player, audio }) {
  const { url, since } = await post(player.dataset.listen);
  audio.src = url;
  if (Number(player.dataset.seconds) <= LONGEST_DRAWN) draw(player, url);
  const link = { audio, player, since, place: audio.currentTime, failedAt: null, hasSounded: false, isPlaying: false };
  links.set(audio, link);
  for (const event of ["timeupdate", "play", "pause", "ended"]) {
    audio.addEventListener(event, () => show(player, audio));
  }
  audio.addEventListener("timeupdate", () => keepPlace(link));
  audio.addEventListener("seeking", () => keepPlace(link));
  audio.addEventListener("play", () => (link.isPlaying = true));
  audio.addEventListener("pause", () => (link.isPlaying &&= audio.error !== null)); // a failure pauses too
  audio.addEventListener("loadeddata", () => (link.hasSounded = true));
  audio.addEventListener("error", () => linkFailed(link));
}

/** The place to go on at. A load that failed stands at 0, which is no place that anybody chose. */
function keepPlace(link) {
  const { audio } = link;
  const isLoaded = !audio.error && audio.readyState >= HTMLMediaElement.HAVE_METADATA;
  if (isLoaded) link.place = audio.currentTime;
}

/** A link that was good is over. One that never was, or fails twice at a place, is said. */
function linkFailed(link) {
  const isHopeless = !link.hasSounded || link.failedAt === link.place;
  link.failedAt = link.place;
  if (isHopeless) say(link.player, says("no-recording"));
  else askingFor(link.audio, () => renewLink(link));
}

/** Whether it plays then is asked when the link is there: play may be pressed meanwhile. */
async function renewLink(link) {
  const { audio, player, since, place } = link;
  try {
    const { url } = await post(player.dataset.listen, { since });
    audio.defaultPlaybackRate = audio.playbackRate;
    audio.src = url;
    audio.currentTime = place;
    if (link.isPlaying) await audio.play();
  } catch (error) {
    if (!audio.error || error.words) say(player, error.words ?? says("no-recording"));
  }
}

async function playWithNewLink(link) {
  link.isPlaying = true;
  await askingFor(link.audio, () => renewLink(link));
}

function say(player, words) {
  player.querySelector("[data-player-status]").textContent = words;
}

async function draw(player, url) {
  let sound;
  try {
    const data = await (await fetch(url)).arrayBuffer();
    sound = await new OfflineAudioContext(1, 1, 8000).decodeAudioData(data);
  } catch {
    return; // another origin without permission to read: it plays all the same
  }
  for (const path of player.querySelectorAll("[data-wave]")) {
    const channel = Math.min(Number(path.dataset.wave), sound.numberOfChannels - 1);
    const middle = Number(path.getAttribute("d").match(/ (\d+)/)[1]);
    path.setAttribute("d", wave(sound.getChannelData(channel), middle));
  }
}

function wave(samples, middle) {
  const step = Math.max(1, Math.floor(samples.length / BARS));
  let path = "";
  for (let bar = 0; bar < BARS; bar += 1) {
    let peak = 0;
    for (let i = bar * step; i < (bar + 1) * step && i < samples.length; i += 7) {
      peak = Math.max(peak, Math.abs(samples[i]));
    }
    const height = Math.max(0.6, Math.min(1, peak * 1.6) * 16);
    path += `M${bar * 4 + 2} ${(middle - height).toFixed(1)}v${(height * 2).toFixed(1)}`;
  }
  return path;
}

function show(player, audio) {
  const seconds = Number(player.dataset.seconds) || 1;
  const playing = !audio.paused && !audio.ended;
  const button = player.querySelector('[data-do="play"]');
  const use = button.querySelector("use");
  button.setAttribute("aria-pressed", String(playing));
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, playing ? "#i-pause" : "#i-play"));
  player.querySelector("[data-at]").textContent = span(audio.currentTime);
  player.querySelector("[data-seek]").value = String(Math.floor(audio.currentTime));
  const x = Math.min(600, (audio.currentTime / seconds) * 600).toFixed(1);
  player.querySelector("[data-head]").setAttribute("d", `M${x} 0v72`);
}

export const actions = {
  play: async (button) => {
    const here = parts(button);
    const { audio } = here;
    try {
      say(here.player, "");
      if (!audio.src) await askingFor(audio, () => load(here));
      if (!audio.src) return; // a press before this one asks for it
      if (audio.error) await playWithNewLink(links.get(audio));
      else if (audio.paused) await audio.play();
      else audio.pause();
    } catch (error) {
      if (audio.error === null) say(here.player, error.words ?? says("no-recording"));
    }
  },
  "back-10": (button) => {
    const { audio } = parts(button);
    audio.currentTime = Math.max(0, audio.currentTime - 10);
  },
  speed: (button) => {
    const { audio } = parts(button);
    const next = SPEEDS[(SPEEDS.indexOf(audio.playbackRate) + 1) % SPEEDS.length];
    audio.playbackRate = next;
    button.querySelector("[data-speed]").textContent = `${next}×`;
  },
};

export function startPlayer() {
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-seek]")) {
      parts(event.target).audio.currentTime = Number(event.target.value);
    }
  });
}
