// The inspector: what is alive, which calls there were, and what passed between whom.
// Every word comes from the exchange; of one call the page fetches the ladder and the file.

import { arrowItem, laneHeads } from '/static/ladder.js';
import { legible } from '/static/numbers.js';

const RETRY_MS = 2000;
const MOST_SHOWN = 600;

const byId = (id) => document.getElementById(id);
let everything = []; // the arrows of all calls, oldest first
let state = { calls: [] };
let chosen; // the sid of the call whose ladder is shown; undefined: everything
let ladder = { columns: [], arrows: [] };

function make(tag, text = '', className = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

function row(title, lines) {
  const item = make('li');
  const who = make('span', '', 'who wrap');
  const strong = make('strong');
  strong.append(title);
  who.append(strong, ...lines.map((line) => make('span', legible(line))));
  item.append(who);
  return item;
}

function list(id, items) {
  byId(id).replaceChildren(...items);
  byId(`no-${id}`).hidden = items.length > 0;
}

function callButton(sid, text) {
  const button = make('button', text);
  button.type = 'button';
  button.dataset.call = sid;
  button.setAttribute('aria-pressed', String(sid === chosen));
  return button;
}

function title(call) {
  return legible(call.called ? `${call.caller} → ${call.called}` : call.caller);
}

function time(at) {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
}

// The list is drawn again at each change: the button that has the focus keeps it.
function showCalls() {
  const focused = document.activeElement?.closest('#calls button')?.dataset.call;
  const wanted = byId('who').value.trim().toLowerCase();
  const bare = wanted.replace(/[\s()-]/g, '');
  const shown = state.calls.filter(({ caller, called, people, addresses }) => !wanted
    || [caller, called, ...people].some((name) => name.toLowerCase().includes(wanted))
    || (bare && addresses.some((address) => address.toLowerCase().includes(bare))));
  list('calls', shown.map((call) => row(callButton(call.sid, title(call)), [
    `${time(call.since)} · ${call.status}`,
    ...(call.people.length ? [`with ${call.people.join(', ')}`] : []),
  ])));
  byId('no-calls').textContent = wanted ? 'No call of that number or person.' : 'No call yet.';
  byId('everything').setAttribute('aria-pressed', String(!chosen));
  document.querySelector(`#calls [data-call="${focused}"]`)?.focus();
}

function showState({ legs, conferences, queues, identities, remark }) {
  byId('remark').textContent = remark;
  byId('remark').hidden = !remark;
  list('legs', legs.map((leg) => row(callButton(leg.call, legible(leg.name)), [
    leg.called ? `calls ${leg.called} · ${leg.status}` : leg.status,
    `hears ${leg.hears}`,
    `silent for ${leg.silence_seconds} s in all`,
  ])));
  list('conferences', conferences.map((conference) => row(legible(conference.name), [
    conference.state,
    ...conference.participants.map((one) => `${one.name}${one.hold ? ' · on hold' : ''}${one.muted ? ' · muted' : ''}`),
  ])));
  list('queues', queues.map((queue) => row(queue.name, queue.members.length ? queue.members : ['empty'])));
  list('identities', identities.map((name) => row(name, [])));
  showCalls();
}

function matches(arrow) {
  const kind = byId('kind').value;
  const words = byId('words').value.toLowerCase();
  return (!kind || arrow.kind === kind) && (!words || JSON.stringify(arrow).toLowerCase().includes(words));
}

// An arrow that is open or has the focus stays so: items are kept as long as they are shown.
function render() {
  const columns = chosen ? ladder.columns : [];
  const arrows = (chosen ? ladder.arrows : everything.slice(-MOST_SHOWN).reverse()).filter(matches);
  const shape = `${chosen ?? ''} ${columns.map(({ name }) => name).join('|')}`;
  const feed = byId('feed');
  if (feed.dataset.shape !== shape) feed.replaceChildren();
  feed.dataset.shape = shape;
  const kept = new Map([...feed.children].map((item) => [item.dataset.sequence, item]));
  const items = arrows.map((arrow) => kept.get(String(arrow.sequence)) ?? arrowItem(arrow, columns));
  const wanted = new Set(items);
  [...feed.children].filter((item) => !wanted.has(item)).forEach((item) => item.remove());
  items.forEach((item, at) => {
    if (feed.children[at] !== item) feed.insertBefore(item, feed.children[at] ?? null);
  });
  feed.classList.toggle('ladder', Boolean(chosen));
  laneHeads(byId('lanes'), columns);
  laneCount(columns.length);
  byId('no-feed').hidden = arrows.length > 0;
  const call = state.calls.find(({ sid }) => sid === chosen);
  byId('feed-title').textContent = call ? `${title(call)}, from ${time(call.since)}` : 'What happened, newest first';
  byId('save').hidden = !chosen;
  byId('save').href = `/inspector/calls/${chosen}.json`;
}

function laneCount(count) {
  byId('scroll').style.setProperty('--lanes', count);
}

async function fetchLadder() {
  const asked = chosen;
  const answer = await fetch(`/inspector/calls/${asked}/ladder`);
  if (asked !== chosen) return;
  if (!answer.ok) {
    choose(undefined);
    return;
  }
  const fetched = await answer.json();
  if (asked !== chosen) return;
  ladder = fetched;
  render();
}

function choose(sid) {
  chosen = sid;
  ladder = { columns: [], arrows: [] };
  showCalls();
  render();
  if (chosen) fetchLadder();
}

function connect() {
  const socket = new WebSocket(`ws://${window.location.host}/inspector/feed`);
  const chip = byId('connection');
  socket.addEventListener('open', () => {
    everything = [];
    chip.textContent = 'Live';
    chip.dataset.state = 'available';
  });
  socket.addEventListener('message', ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === 'state') {
      state = frame;
      showState(frame);
      return;
    }
    everything = [...everything, ...frame.arrows].slice(-MOST_SHOWN);
    if (!chosen) render();
    else if (frame.arrows.length) fetchLadder();
  });
  socket.addEventListener('close', () => {
    chip.textContent = 'Exchange unreachable';
    chip.dataset.state = 'late';
    setTimeout(connect, RETRY_MS);
  });
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-call]');
  if (button) choose(button.dataset.call);
});
byId('everything').addEventListener('click', () => choose(undefined));
byId('who').addEventListener('input', showCalls);
byId('filters').addEventListener('input', render);
byId('filters').addEventListener('submit', (event) => event.preventDefault());
connect();
