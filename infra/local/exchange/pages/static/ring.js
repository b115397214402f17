// The ring of a telephone that is called: two tones, twice in three seconds (as in Britain).

const HERTZ = [400, 450];
const PERIOD_SECONDS = 3;
const BURSTS = [[0, 0.4], [0.6, 1]]; // of each period, in seconds
const PERIODS = 40; // longer than any telephone rings here
const LOUDNESS = 0.06;

export class Ring {
  #context;

  start() {
    this.stop();
    this.#context = new AudioContext();
    const gain = this.#context.createGain();
    gain.gain.value = 0;
    gain.connect(this.#context.destination);
    for (let period = 0; period < PERIODS; period += 1) {
      BURSTS.forEach(([from, until]) => {
        gain.gain.setValueAtTime(LOUDNESS, period * PERIOD_SECONDS + from);
        gain.gain.setValueAtTime(0, period * PERIOD_SECONDS + until);
      });
    }
    HERTZ.forEach((hertz) => {
      const tone = this.#context.createOscillator();
      tone.frequency.value = hertz;
      tone.connect(gain);
      tone.start();
    });
  }

  stop() {
    this.#context?.close();
    this.#context = undefined;
  }
}
