// What a test hears: the spectrum of a remote stream, by samples at the browser's receiver.
let ear;

// dB of each pitch (Hz) in `stream`, over the last 170 ms after `listenMs`.
async function loudness(stream, pitches, listenMs) {
  ear = ear || new AudioContext();
  await ear.resume();
  const source = ear.createMediaStreamSource(stream);
  const analyser = ear.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  source.connect(analyser);
  await new Promise((done) => { setTimeout(done, listenMs); });
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
