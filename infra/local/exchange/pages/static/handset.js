// The handset on the screen: shows a state, captions, keys and the call's history. Decides nothing.

import { grouped } from '/static/numbers.js';

const STATES = {
  unreachable: { state: 'late', glyph: 'g-offline', word: 'Exchange unreachable' },
  idle: { state: 'offline', glyph: 'g-offline', word: 'Ready to dial' },
  dialling: { state: 'ringing', glyph: 'g-ringing', word: 'Dialling' },
  ringing: { state: 'ringing', glyph: 'g-ringing', word: 'Ringing' },
  incoming: { state: 'ringing', glyph: 'g-ringing', word: 'Incoming call' },
  missed: { state: 'missed', glyph: 'g-missed', word: 'Missed call' },
  talking: { state: 'talking', glyph: 'g-talking', word: 'In call' },
  ended: { state: 'missed', glyph: 'g-missed', word: 'Call ended' },
};
const IN_CALL = new Set(['dialling', 'ringing', 'talking', 'incoming']);
const MOST_CAPTIONS = 40;
const TITLE = document.title;

const byId = (id) => document.getElementById(id);

function element(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function icon(name, className) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('class', className);
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(space, 'use');
  use.setAttribute('href', `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

function duration(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export class Handset {
  #since;
  #state = 'idle';
  #other = '';

  get isRung() {
    return this.#state === 'incoming';
  }

  get inCall() {
    return IN_CALL.has(this.#state);
  }

  get isTalking() {
    return this.#state === 'talking';
  }

  show(name, reason = '') {
    const { state, glyph, word } = STATES[name];
    this.#state = name;
    byId('handset').dataset.state = state;
    byId('handset').dataset.call = name;
    byId('state').dataset.state = state;
    byId('glyph').setAttribute('href', `/static/icons.svg#${glyph}`);
    byId('state-word').textContent = this.isRung ? `${word} from ${this.#other}` : word;
    document.title = this.isRung ? `${word} · ${TITLE}` : TITLE;
    byId('answer').hidden = !this.isRung;
    byId('decline-word').hidden = !this.isRung;
    byId('hang-up').disabled = !this.inCall;
    byId('hang-up').setAttribute('aria-label', this.isRung ? 'Decline' : 'Hang up');
    byId('hang-up').setAttribute('aria-keyshortcuts', this.isRung ? 'D' : '');
    byId('mute').hidden = this.isRung;
    byId('mute').disabled = !this.isTalking;
    byId('speaker').hidden = this.isRung;
    byId('say-it').disabled = !this.isTalking;
    document.querySelectorAll('#pad button, [data-say]').forEach((button) => { button.disabled = !this.isTalking; });
    document.querySelectorAll('#numbers li').forEach((row) => this.#showDialButton(row));
    if (name === 'talking') this.#startClock();
    if (!this.inCall) this.#since = undefined;
    if (reason) this.caption(reason);
  }

  begin(name, number) {
    this.#other = grouped(number) || 'nobody';
    byId('other-name').textContent = name;
    byId('other-number').textContent = grouped(number);
    byId('captions').replaceChildren();
    byId('so-far').replaceChildren();
    byId('nothing-yet').hidden = true;
    byId('typed').textContent = '';
    byId('clock').hidden = true;
    document.querySelectorAll('#numbers li').forEach((row) => {
      row.toggleAttribute('aria-current', row.dataset.number === number);
    });
    this.warn('');
    this.#since = Date.now();
  }

  warn(text) {
    byId('banner').textContent = text;
    byId('banner').hidden = !text;
  }

  caption(text) {
    const list = byId('captions');
    list.querySelector('.now')?.classList.remove('now');
    list.append(element('li', text, 'now'));
    while (list.children.length > MOST_CAPTIONS) list.firstChild.remove();
    list.scrollTop = list.scrollHeight;
  }

  mine(text) {
    const item = element('li', '', 'mine');
    item.append(icon('i-hash', 'i'), text);
    byId('captions').append(item);
    byId('captions').scrollTop = byId('captions').scrollHeight;
  }

  pressed(key) {
    byId('typed').textContent = `${byId('typed').textContent}${key}`.slice(-16);
    this.mine(`You pressed ${key}`);
    this.happened(`Pressed ${key}`, 'i-hash');
  }

  happened(text, glyph = 'i-phone') {
    const item = document.createElement('li');
    const at = element('time', duration(this.#since ? Date.now() - this.#since : 0));
    const words = document.createElement('span');
    words.append(element('strong', text));
    item.append(at, icon(glyph, glyph.startsWith('g-') ? 'g' : 'i'), words);
    byId('so-far').append(item);
  }

  // The name that the company's list has for a number.
  nameOf(number) {
    const row = [...document.querySelectorAll('#numbers li')].find((one) => one.dataset.number === number);
    return row ? row.querySelector('.who span').textContent : '';
  }

  ringsHere(number) {
    byId('rings-here').textContent = number
      ? `While this page is open, calls to ${grouped(number)} ring here.`
      : 'Nobody can call this telephone: it has no number of its own.';
  }

  telephones(telephones) {
    byId('outside').hidden = !telephones.length;
    byId('telephones').replaceChildren(...telephones.map(({ number, name, does }) => {
      const row = document.createElement('li');
      const who = element('span', '', 'who wrap');
      who.append(element('strong', name), element('span', grouped(number), 'num'), element('span', does));
      row.append(who);
      return row;
    }));
  }

  numbers(numbers, onDial) {
    byId('no-numbers').hidden = numbers.length > 0;
    byId('numbers').replaceChildren(...numbers.map(({ number, name }) => {
      const row = document.createElement('li');
      row.dataset.number = number;
      const who = element('span', '', 'who');
      who.append(element('strong', grouped(number), 'num'), element('span', name));
      const button = element('button', '', 'btn small');
      button.type = 'button';
      button.append(icon('i-phone', 'i'), element('span', 'Dial'));
      button.setAttribute('aria-label', `Dial ${name}, ${grouped(number)}`);
      button.addEventListener('click', () => onDial(number, name));
      row.append(who, button);
      this.#showDialButton(row);
      return row;
    }));
  }

  tick() {
    const now = new Date();
    byId('time-of-day').textContent = now.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
    if (this.isTalking) byId('clock').textContent = duration(Date.now() - Number(byId('clock').dataset.since));
  }

  #startClock() {
    byId('clock').dataset.since = String(Date.now());
    byId('clock').hidden = false;
    this.tick();
  }

  #showDialButton(row) {
    const button = row.querySelector('button');
    const isThis = row.hasAttribute('aria-current') && this.inCall;
    button.disabled = this.inCall || this.#state === 'unreachable';
    button.querySelector('span').textContent = isThis ? 'On call' : 'Dial';
  }
}
