// The telephone's connection to the exchange: one WebSocket, and one WebRTC connection a call.
// Tells what happens as CustomEvents: numbers, dialling, ringing, answered, incoming, caption,
// ended, missed, refused, reachable, unreachable, deaf (no microphone).

const RETRY_MS = 2000;

export class Connection extends EventTarget {
  #socket;
  #connection;
  #microphone;
  #silence;
  #audio;
  #raw;

  // `audio` plays what is heard; `raw` asks for the microphone without any processing.
  constructor(audio, raw) {
    super();
    this.#audio = audio;
    this.#raw = raw;
  }

  open() {
    const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
    this.#socket = new WebSocket(`${scheme}://${window.location.host}/street/socket`);
    this.#socket.addEventListener('open', () => this.#tell('reachable'));
    this.#socket.addEventListener('message', (message) => this.#receive(JSON.parse(message.data)));
    this.#socket.addEventListener('close', () => {
      this.#endMedia();
      this.#tell('unreachable');
      setTimeout(() => this.open(), RETRY_MS);
    });
  }

  // The number under which this telephone can be called; '' for none.
  own(number) {
    this.#send({ type: 'own', number });
  }

  async dial(caller, called) {
    await this.#startMedia();
    await this.#connection.setLocalDescription();
    this.#send({ type: 'dial', caller, called, sdp: this.#connection.localDescription.sdp });
  }

  async answer(offer) {
    await this.#startMedia();
    await this.#connection.setRemoteDescription({ type: 'offer', sdp: offer });
    await this.#connection.setLocalDescription();
    this.#send({ type: 'answer', sdp: this.#connection.localDescription.sdp });
  }

  press(key) {
    this.#send({ type: 'key', key });
  }

  say(text, language) {
    this.#send({ type: 'say', text, language });
  }

  hangUp() {
    this.#send({ type: 'hang up' });
  }

  mute(isMuted) {
    this.#microphone?.getAudioTracks().forEach((track) => { track.enabled = !isMuted; });
  }

  async #receive(frame) {
    if (frame.type === 'dialling') {
      await this.#connection?.setRemoteDescription({ type: 'answer', sdp: frame.sdp });
    } else if (['ended', 'missed'].includes(frame.type) || (frame.type === 'refused' && this.#connection)) {
      this.#endMedia();
    }
    this.#tell(frame.type, frame);
  }

  async #startMedia() {
    this.#endMedia();
    const stream = await this.#listen();
    const connection = new RTCPeerConnection();
    stream.getAudioTracks().forEach((track) => connection.addTrack(track, stream));
    connection.addEventListener('track', (event) => {
      [this.#audio.srcObject] = event.streams.length ? event.streams : [new MediaStream([event.track])];
    });
    this.#connection = connection;
  }

  // The microphone, or silence that is sent all the same: a connection without sound is taken for dead.
  async #listen() {
    const audio = this.#raw
      ? { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
      : true;
    try {
      this.#microphone = await navigator.mediaDevices.getUserMedia({ audio });
      return this.#microphone;
    } catch (error) {
      this.#tell('deaf', { reason: error.name });
      this.#silence = new AudioContext();
      return this.#silence.createMediaStreamDestination().stream;
    }
  }

  #endMedia() {
    this.#connection?.close();
    this.#connection = undefined;
    this.#microphone?.getTracks().forEach((track) => track.stop());
    this.#microphone = undefined;
    this.#silence?.close();
    this.#silence = undefined;
    this.#audio.srcObject = null;
  }

  #send(frame) {
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(frame));
    }
  }

  #tell(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
