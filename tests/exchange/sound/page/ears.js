// What a test hears: the spectrum of a remote stream, by samples at the browser's receiver.
let ear;
const LISTEN_MS = 250; // a little longer than the window: of what came before nothing is in it

// dB of each pitch (Hz) in `stream`, over the last 170 ms after `LISTEN_MS`.
async function loudness(stream, pitches) {
  ear = ear || new AudioContext();
  await ear.resume();
  const source = ear.createMediaStreamSource(stream);
  const analyser = ear.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  source.connect(analyser);
  await new Promise((done) => { setTimeout(done, LISTEN_MS); });
  const spectrum = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(spectrum);
  source.disconnect();
  const width = ear.sampleRate / analyser.fftSize;
  return Object.fromEntries(pitches.map((pitch) => {
    const first = Math.round((pitch - 12) / width);
    const bins = spectrum.slice(first, Math.round((pitch + 12) / width) + 1);
    return [pitch, Math.max(-200, ...bins)];
  }));
}

window.loudness = loudness;
window.LISTEN_MS = LISTEN_MS;
