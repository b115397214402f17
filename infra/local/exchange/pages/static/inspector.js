// The inspector: shows the exchange's feed. Every word comes from the exchange; nothing is asked back.

import { detail, summary } from '/static/explain.js';

const RETRY_MS = 2000;
const MOST_SHOWN = 600;
const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hour12: false };

const byId = (id) => document.getElementById(id);
const answers = new Map(); // a webhook's delivery -> its answer
let entries = [];

function make(tag, text = '', className = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

function short(sid) {
  return `${sid.slice(0, 2)}…${sid.slice(-6)}`;
}

function legButton(sid) {
  const button = make('button', short(sid), 'num');
  button.type = 'button';
  button.title = sid;
  button.addEventListener('click', () => { byId('leg').value = sid; render(); });
  return button;
}

function row(title, lines) {
  const item = make('li');
  const who = make('span', '', 'who wrap');
  const strong = make('strong');
  strong.append(title);
  who.append(strong, ...lines.map((line) => {
    const span = make('span');
    span.append(...[line].flat());
    return span;
  }));
  item.append(who);
  return item;
}

function list(id, items) {
  byId(id).replaceChildren(...items);
  byId(`no-${id}`).hidden = items.length > 0;
}

function showState({ legs, conferences, queues, identities }) {
  list('legs', legs.map((leg) => row(`${leg.caller} → ${leg.called || 'application'}`, [
    [legButton(leg.sid), ` · ${leg.direction} · ${leg.status}`],
    `hears ${leg.hears.replace(/CA[0-9a-f]{32}/g, short)}`,
    `silent for ${leg.silence_seconds} s in all`,
  ])));
  list('conferences', conferences.map((conference) => row(conference.name, [
    `${short(conference.sid)} · ${conference.state}`,
    ...conference.participants.map((one) => [legButton(one.leg), one.hold ? ' · on hold' : '', one.muted ? ' · muted' : '']),
  ])));
  list('queues', queues.map((queue) => row(queue.name, queue.members.length
    ? queue.members.map((member) => [legButton(member.leg)])
    : ['empty'])));
  list('identities', identities.map((name) => row(name, [])));
  const known = new Set([...byId('leg').options].map((option) => option.value));
  legs.filter((leg) => !known.has(leg.sid)).forEach((leg) => {
    byId('leg').append(new Option(`${leg.caller} → ${leg.called || 'application'} · ${short(leg.sid)}`, leg.sid));
  });
}

function matches(entry) {
  const answer = answers.get(entry.delivery);
  const text = JSON.stringify([entry, answer]).toLowerCase();
  const { value: leg } = byId('leg');
  const { value: kind } = byId('kind');
  return entry.kind !== 'WebhookAnswered'
    && (!kind || entry.kind === kind)
    && text.includes(leg.toLowerCase())
    && text.includes(byId('words').value.toLowerCase());
}

function line(entry, tag) {
  const { chip, state, words, small } = summary(entry, answers.get(entry.delivery));
  const made = make(tag, '', 'line');
  const mark = make('span', chip, 'chip');
  if (state) mark.dataset.state = state;
  const text = make('span', words, 'words');
  if (small) text.append(make('small', small));
  const at = make('time', new Date(entry.at).toLocaleTimeString([], CLOCK));
  at.dateTime = entry.at;
  made.append(at, mark, text);
  return made;
}

function item(entry) {
  const made = make('li');
  const parts = detail(entry, answers.get(entry.delivery));
  if (!parts.length) {
    made.append(line(entry, 'div'));
    return made;
  }
  const details = make('details');
  const more = make('div', '', 'more');
  details.append(line(entry, 'summary'), more);
  details.addEventListener('toggle', () => {
    more.replaceChildren(...parts.flatMap(({ title, pairs, text }) => [
      make('h3', title),
      pairs ? pairList(pairs) : make('pre', text),
    ]));
  });
  made.dataset.sequence = entry.sequence;
  made.append(details);
  return made;
}

function pairList(pairs) {
  const made = make('dl', '', 'pairs');
  made.append(...pairs.flatMap(([name, value]) => [make('dt', name), make('dd', value)]));
  return made;
}

function render() {
  const open = new Set([...document.querySelectorAll('#feed details[open]')].map((one) => one.parentElement.dataset.sequence));
  const shown = entries.filter(matches).slice(-MOST_SHOWN).reverse();
  byId('feed').replaceChildren(...shown.map(item));
  open.forEach((sequence) => {
    document.querySelector(`#feed [data-sequence="${sequence}"] details`)?.setAttribute('open', '');
  });
  byId('no-feed').hidden = shown.length > 0;
}

function add(fresh) {
  fresh.filter((entry) => entry.kind === 'WebhookAnswered').forEach((entry) => answers.set(entry.delivery, entry));
  entries = [...entries, ...fresh];
  if (fresh.length) render();
}

function connect() {
  const socket = new WebSocket(`ws://${window.location.host}/inspector/feed`);
  const chip = byId('connection');
  socket.addEventListener('open', () => {
    entries = [];
    answers.clear();
    chip.textContent = 'Live';
    chip.dataset.state = 'available';
  });
  socket.addEventListener('message', ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === 'state') showState(frame);
    else add(frame.entries);
  });
  socket.addEventListener('close', () => {
    chip.textContent = 'Exchange unreachable';
    chip.dataset.state = 'late';
    setTimeout(connect, RETRY_MS);
  });
}

byId('filters').addEventListener('input', render);
byId('filters').addEventListener('submit', (event) => event.preventDefault());
connect();
