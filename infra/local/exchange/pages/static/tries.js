// "What to try": calls that the customer suggests, each with its steps and a button that dials it.

import { grouped } from '/static/numbers.js';

function make(tag, text = '', className = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

function item(call, onDial) {
  const made = make('li');
  const details = make('details');
  const title = make('summary');
  title.append(make('strong', call.title), make('span', grouped(call.number), 'num'));
  const steps = make('ol');
  steps.append(...call.steps.map((step) => {
    const one = make('li');
    one.append(make('strong', `${step.do}. `), step.happens);
    return one;
  }));
  const button = make('button', 'Dial this call', 'btn small');
  button.type = 'button';
  button.setAttribute('aria-label', `Dial this call: ${call.title}`);
  button.addEventListener('click', () => onDial(call));
  details.append(title, steps, button);
  made.append(details);
  return made;
}

// Drawn again whenever the company's numbers change: what is open stays open.
export function showTries(calls, onDial) {
  const list = document.getElementById('tries');
  const open = new Set([...list.querySelectorAll('details[open] summary strong')].map((one) => one.textContent));
  document.getElementById('try').hidden = !calls.length;
  list.replaceChildren(...calls.map((call) => item(call, onDial)));
  list.querySelectorAll('details').forEach((one) => {
    one.open = open.has(one.querySelector('summary strong').textContent);
  });
}
