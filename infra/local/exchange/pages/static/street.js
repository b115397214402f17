// The street phone: joins the connection (events) and the handset (what is shown).
// `?raw` in the address takes the microphone as it is, without echo cancelling.

import { Handset } from '/static/handset.js';
import { grouped } from '/static/numbers.js';
import { Connection } from '/static/connection.js';
import { Ring } from '/static/ring.js';
import { showTries } from '/static/tries.js';

const MUTE_WORDS = { true: 'Unmute', false: 'Mute' };
const DEAF = 'The microphone was refused: you hear the call, and can type what to say.';

const byId = (id) => document.getElementById(id);
const audio = byId('sound');
const connection = new Connection(audio, new URLSearchParams(window.location.search).has('raw'));
const handset = new Handset();
const ring = new Ring();
let offer;

function caller() {
  const chosen = document.querySelector('[name=as]:checked').value;
  if (chosen === 'own') return byId('own-number').value.trim();
  return chosen === 'withheld' ? byId('withheld').value : chosen;
}

function callAs(choice) {
  document.querySelector(`[name=as][value="${choice}"]`).checked = true;
}

// As one of the callers above, withheld, or with the number in the field.
function becomeCaller(number) {
  const known = [...document.querySelectorAll('[name=as]')].some(({ value }) => value === number);
  const withheld = [...byId('withheld').options].some(({ value }) => value === number);
  if (known) callAs(number);
  else if (withheld) {
    byId('withheld').value = number;
    callAs('withheld');
  } else {
    byId('own-number').value = number;
    callAs('own');
  }
  tellOwnNumber();
}

function tellOwnNumber() {
  const isOwn = document.querySelector('[name=as]:checked').value !== 'withheld';
  const bare = caller().replace(/[\s()./-]/g, '');
  const number = isOwn && bare.startsWith('+') ? bare : '';
  connection.own(number);
  handset.ringsHere(number);
}

async function dial(number, name) {
  if (!caller() && document.querySelector('[name=as]:checked').value === 'own') {
    byId('own-number').focus();
    return;
  }
  handset.begin(name, number);
  handset.show('dialling');
  handset.happened(`Dialled as ${grouped(caller()) || 'nobody'}`);
  byId('handset').scrollIntoView({ block: 'nearest' });
  await connection.dial(caller(), number);
}

function press(key) {
  if (handset.isTalking) {
    connection.press(key);
    handset.pressed(key);
  }
}

function answer() {
  const theirs = offer;
  offer = undefined; // once: a second click changes nothing
  ring.stop();
  if (theirs) connection.answer(theirs);
}

function mute(isMuted) {
  connection.mute(isMuted);
  byId('mute').setAttribute('aria-pressed', String(isMuted));
  byId('mute').setAttribute('aria-label', MUTE_WORDS[isMuted]);
}

function say(text, language) {
  if (text.trim() && handset.isTalking) {
    connection.say(text, language);
    handset.mine(`You said “${text}”`);
    handset.happened(`Said “${text}”`, 'i-mic');
  }
}

connection.addEventListener('reachable', () => {
  handset.warn('');
  handset.show('idle');
  tellOwnNumber();
});
connection.addEventListener('unreachable', () => {
  ring.stop();
  handset.show('unreachable');
  handset.warn('The exchange does not answer. Is it running? This page tries again by itself.');
});
connection.addEventListener('numbers', ({ detail }) => handset.numbers(detail.numbers, dial));
connection.addEventListener('outside', ({ detail }) => handset.telephones(detail.telephones));
connection.addEventListener('withheld', ({ detail }) => {
  const chosen = byId('withheld').value;
  byId('withheld').replaceChildren(...detail.forms.map(({ value, words }) => new Option(words, value)));
  if (chosen) byId('withheld').value = chosen;
});
connection.addEventListener('try', ({ detail }) => showTries(detail.calls, (call) => {
  if (handset.inCall) return;
  becomeCaller(call.caller);
  dial(call.number, call.title);
}));
connection.addEventListener('ringing', () => {
  handset.show('ringing');
  handset.happened('Ringing', 'g-ringing');
});
connection.addEventListener('answered', () => {
  ring.stop();
  handset.show('talking');
  handset.happened('Answered', 'g-talking');
  mute(false);
});
connection.addEventListener('incoming', ({ detail }) => {
  offer = detail.sdp;
  handset.begin(handset.nameOf(detail.caller) || 'A caller', detail.caller);
  handset.show('incoming');
  byId('handset').scrollIntoView({ block: 'nearest' });
  if (!audio.muted) ring.start();
  handset.happened(`Call from ${grouped(detail.caller)}`, 'i-phone-incoming');
});
connection.addEventListener('caption', ({ detail }) => handset.caption(detail.text));
connection.addEventListener('missed', ({ detail }) => {
  ring.stop();
  handset.happened(detail.reason, 'i-phone-off');
  handset.show('missed', detail.reason);
});
connection.addEventListener('ended', ({ detail }) => {
  ring.stop();
  handset.happened(detail.reason, 'i-phone-off');
  handset.show('ended', detail.reason);
});
connection.addEventListener('refused', ({ detail }) => {
  handset.happened(detail.reason, 'i-phone-off');
  handset.show('ended', detail.reason);
});
connection.addEventListener('deaf', () => handset.warn(DEAF));

byId('pad').addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button) press(button.dataset.key);
});
document.addEventListener('keydown', (event) => {
  const typing = event.target.matches('input:not([type=radio]), textarea, select');
  if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^[0-9*#]$/.test(event.key)) press(event.key);
  else if (handset.isRung && event.code === 'KeyA') answer();
  else if (handset.isRung && event.code === 'KeyD') connection.hangUp();
  else return;
  event.preventDefault();
});
byId('mute').addEventListener('click', () => mute(byId('mute').getAttribute('aria-pressed') !== 'true'));
byId('speaker').addEventListener('click', () => {
  audio.muted = !audio.muted;
  byId('speaker').setAttribute('aria-pressed', String(!audio.muted));
});
byId('answer').addEventListener('click', answer);
byId('hang-up').addEventListener('click', () => connection.hangUp());
byId('say-form').addEventListener('submit', (event) => {
  event.preventDefault();
  say(byId('say').value, byId('language').value);
  byId('say').value = '';
});
document.querySelectorAll('[data-say]').forEach((button) => {
  button.addEventListener('click', () => say(button.dataset.say, button.dataset.language));
});
byId('who').addEventListener('change', tellOwnNumber);
byId('own-number').addEventListener('input', () => callAs('own'));
byId('withheld').addEventListener('change', () => callAs('withheld'));
byId('who').addEventListener('submit', (event) => event.preventDefault());

handset.show('unreachable');
byId('state-word').textContent = 'Connecting';
handset.tick();
setInterval(() => handset.tick(), 1000);
connection.open();
