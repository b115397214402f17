// The unmodified SDK, with what a test asks of it.
/* exported boot, dial, hear */
const seen = [];
let device;
let call;

const RAW = { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } };
const CALL_EVENTS = ['accept', 'ringing', 'disconnect', 'cancel', 'reject', 'reconnecting', 'reconnected'];

function note(name, detail) {
  seen.push({ name, detail });
}

function follow(next) {
  call = next;
  CALL_EVENTS.forEach((name) => call.on(name, () => note(name)));
  call.on('error', (error) => note('error', error.code));
}

async function boot(token, exchange, options) {
  device = new Twilio.Device(token, {
    chunderw: exchange,
    publishEvents: false,
    sounds: { incoming: '/beep.wav', outgoing: '/beep.wav', disconnect: '/beep.wav' },
    logLevel: 'silent',
    ...options,
  });
  ['registered', 'unregistered', 'tokenWillExpire'].forEach((name) => device.on(name, () => note(name)));
  device.on('error', (error) => note('device error', error.code));
  device.on('incoming', (next) => {
    follow(next);
    note('incoming', { from: next.parameters.From, custom: Object.fromEntries(next.customParameters) });
  });
  await device.register();
}

async function dial(params) {
  follow(await device.connect({ params, rtcConstraints: RAW }));
}

function hear(pitches) {
  return loudness(call.getRemoteStream(), pitches);
}
