// One arrow between two parties as an item of a list. With columns it is drawn from lane to lane,
// and its words name both ends all the same, so that the list reads well without being seen.

import { grouped, legible } from '/static/numbers.js';

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hour12: false };
const COLOURS = {
  webhook: 'talking', document: 'available', answer: 'offline', REST: 'wrapup', leg: 'available', key: 'wrapup', conference: 'ringing', queue: 'waiting', recording: 'offline', warning: 'late',
};

function make(tag, text = '', className = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function name(end, columns) {
  return legible(columns.length ? columns[end].name : end);
}

function pairList(pairs) {
  const made = make('dl', '', 'pairs');
  made.append(...pairs.flatMap(([key, value, meaning]) => {
    const told = make('dd', value || '(empty)');
    if (meaning) told.append(make('small', meaning));
    return [make('dt', key), told];
  }));
  return made;
}

function line(arrow, columns, tag) {
  const made = make(tag, '', 'line');
  const at = make('time', new Date(arrow.at).toLocaleTimeString([], CLOCK));
  at.dateTime = arrow.at;
  const chip = make('span', arrow.kind, 'chip');
  chip.dataset.state = arrow.failed ? 'late' : COLOURS[arrow.kind] ?? 'offline';
  const body = make('span', '', 'words');
  const [from, to] = [name(arrow.source, columns), name(arrow.target, columns)];
  body.append(make('span', from === to ? `${from}: ` : `${from} → ${to}: `, 'ends'), legible(arrow.words));
  if (arrow.failed) body.append(make('span', ' (failed)', 'sr'));
  if (arrow.small) body.append(make('small', legible(arrow.small)));
  made.append(at, chip, body);
  if (columns.length) {
    const shaft = make('span', '', 'shaft');
    shaft.setAttribute('aria-hidden', 'true');
    const [first, last] = [arrow.source, arrow.target].sort((one, other) => one - other);
    made.style.setProperty('--first', first);
    made.style.setProperty('--last', last);
    if (arrow.source === arrow.target) made.dataset.way = 'own';
    else made.dataset.way = arrow.source < arrow.target ? 'right' : 'left';
    if (last > (columns.length - 1) / 2 && first >= (columns.length - 1) / 2) made.dataset.side = 'end';
    made.append(shaft);
  }
  if (arrow.failed) made.dataset.failed = '';
  return made;
}

// `columns` are the ladder's, or none in the list of everything.
export function arrowItem(arrow, columns) {
  const item = make('li');
  item.dataset.sequence = arrow.sequence;
  item.dataset.kind = arrow.kind;
  if (!arrow.parts.length) {
    item.append(line(arrow, columns, 'div'));
    return item;
  }
  const details = make('details');
  const more = make('div', '', 'more');
  details.append(line(arrow, columns, 'summary'), more);
  details.addEventListener('toggle', () => {
    more.replaceChildren(...arrow.parts.flatMap(({ title, pairs, text }) => [
      make('h3', title),
      pairs.length ? pairList(pairs) : make('pre', pretty(text)),
    ]));
  });
  item.append(details);
  return item;
}

// The names above the lanes; hidden from screen readers, because each arrow names its ends.
export function laneHeads(heads, columns) {
  heads.hidden = !columns.length;
  heads.replaceChildren(...columns.map((column) => {
    const head = make('span', legible(column.name));
    if (column.address && column.address !== column.name) head.append(make('small', grouped(column.address)));
    return head;
  }));
}
