// Tones of the page: the ring of an offer, and the sound of a pressed key. Nothing goes to the leg.

const KEYS = {
  1: [697, 1209], 2: [697, 1336], 3: [697, 1477],
  4: [770, 1209], 5: [770, 1336], 6: [770, 1477],
  7: [852, 1209], 8: [852, 1336], 9: [852, 1477],
  "*": [941, 1209], 0: [941, 1336], "#": [941, 1477],
};

let audio = null;
let ringing = null;

function context() {
  audio ??= new AudioContext();
  return audio;
}

/** A person touched the page: from now on the browser lets it sound (F24). */
export async function wake() {
  await context().resume();
}

export function isSilenced() {
  return context().state === "suspended";
}

function tone(frequencies, seconds, loudness, delay = 0) {
  const at = context().currentTime + delay;
  const gain = new GainNode(audio, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(loudness, at + 0.02);
  gain.gain.setValueAtTime(loudness, at + seconds - 0.03);
  gain.gain.linearRampToValueAtTime(0, at + seconds);
  gain.connect(audio.destination);
  for (const frequency of frequencies) {
    const oscillator = new OscillatorNode(audio, { frequency });
    oscillator.connect(gain);
    oscillator.start(at);
    oscillator.stop(at + seconds);
  }
}

export function ringOnce() {
  tone([440, 480], 0.4, 0.12);
  tone([440, 480], 0.4, 0.12, 0.6);
}

export function startRing() {
  if (ringing) return;
  ringOnce();
  ringing = setInterval(ringOnce, 3000);
}

export function stopRing() {
  clearInterval(ringing);
  ringing = null;
}

export function keyTone(digit) {
  if (KEYS[digit]) tone(KEYS[digit], 0.15, 0.06);
}
