// Keeps every remote stream that the page's own code gets, so that a test can listen to it.
window.remoteStreams = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...settings) {
    super(...settings);
    this.addEventListener("track", (event) => {
      window.remoteStreams.push(event.streams[0] ?? new MediaStream([event.track]));
    });
  }
};

// dB of each pitch in the newest stream; where there is none yet, nothing is heard for as long.
window.listenToNewest = async (pitches) => {
  const newest = window.remoteStreams.at(-1);
  if (newest) return window.loudness(newest, pitches);
  await new Promise((done) => { setTimeout(done, window.LISTEN_MS); });
  return Object.fromEntries(pitches.map((pitch) => [pitch, -200]));
};
