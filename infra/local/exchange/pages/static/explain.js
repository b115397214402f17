// Each kind of journal entry in words. A webhook comes together with its answer.

const FAILED = 400;

function path(url) {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function value(pairs, name) {
  return pairs.find(([key]) => key === name)?.[1] ?? '';
}

function webhook(entry, answer) {
  const outcome = answer ? `${answer.status || 'no answer'} ${answer.content_type}` : 'waiting';
  const failed = answer && (answer.status === 0 || answer.status >= FAILED);
  const about = ['CallStatus', 'StatusCallbackEvent', 'Digits', 'QueueResult', 'RecordingStatus']
    .map((name) => [name, value(entry.pairs, name)])
    .filter(([, found]) => found)
    .map(([name, found]) => `${name} ${found}`);
  return {
    chip: entry.purpose,
    state: failed ? 'late' : 'talking',
    words: `${entry.method} ${path(entry.url)} → ${outcome}`,
    small: about.join(' · '),
  };
}

const WORDS = {
  LegChanged: (one) => ({ chip: 'leg', state: 'available', words: `${one.caller} → ${one.called || 'application'} is ${one.status}`, small: `${one.direction} · ${one.leg}` }),
  Captioned: (one) => ({ chip: 'heard', words: `“${one.caption}”`, small: `${one.seconds.toFixed(1)} s · ${one.leg}` }),
  KeyPressed: (one) => ({ chip: 'key', state: 'wrapup', words: `Pressed ${one.digit}`, small: one.leg }),
  WebhookSent: webhook,
  RestCalled: (one) => ({ chip: 'REST', state: one.status >= FAILED ? 'late' : 'wrapup', words: `${one.method} ${one.path.replace(/.*\/Accounts\/AC[^/]+/, '')} → ${one.status}`, small: one.pairs.map(([name, found]) => `${name}=${found}`).join(' · ').slice(0, 160) }),
  ConferenceChanged: (one) => ({ chip: 'conference', state: 'ringing', words: `${one.event} in ${one.name}`, small: one.leg ?? '' }),
  QueueChanged: (one) => ({ chip: 'queue', state: 'waiting', words: `${one.event}: ${one.name}`, small: one.leg }),
  RecordingChanged: (one) => ({ chip: 'recording', state: 'missed', words: `Recording is ${one.status}`, small: one.recording }),
  Warned: (one) => ({ chip: `warning ${one.code}`, state: 'late', words: one.message, small: one.leg ?? '' }),
};

// What one line says: a chip (with a state's colour), words, and small print.
export function summary(entry, answer) {
  return WORDS[entry.kind](entry, answer);
}

// What opens below it: titled pairs or texts; nothing for entries that say all in their line.
export function detail(entry, answer) {
  if (entry.kind === 'WebhookSent') {
    const parts = [
      { title: 'Sent to', text: `${entry.method} ${entry.url}` },
      { title: 'Parameters', pairs: entry.pairs },
      { title: 'X-Twilio-Signature', text: entry.signature },
      { title: 'I-Twilio-Idempotency-Token', text: entry.token },
    ];
    return answer ? [...parts, { title: `Answer ${answer.status}`, text: answer.body || '(empty)' }] : parts;
  }
  if (entry.kind === 'RestCalled') {
    return [
      { title: 'Parameters', pairs: entry.pairs },
      { title: `Answer ${entry.status}`, text: pretty(entry.body) || '(empty)' },
    ];
  }
  return [];
}
