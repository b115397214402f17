// The official Node client, unmodified but for the host, drives the exchange's REST API.
// It writes `advance <seconds>` when time shall pass there, and reads a line when it has.
// Its last line is a JSON object of what it saw; an assertion that fails is a non-zero exit.

import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import twilio from "twilio";

const { EXCHANGE, ACCOUNT, TOKEN, NUMBER, PHONE, CALLER, PRODUCT } = process.env;

class Rewriting extends twilio.RequestClient {
  request(options) {
    assert.ok(options.uri.startsWith("https://api.twilio.com/"), options.uri);
    return super.request({ ...options, uri: options.uri.replace("https://api.twilio.com", EXCHANGE) });
  }
}

const client = twilio(ACCOUNT, TOKEN, { httpClient: new Rewriting() });
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function advance(seconds) {
  process.stdout.write(`advance ${seconds}\n`);
  await answers.next();
}

async function refused(promise) {
  try {
    await promise;
  } catch (error) {
    return [error.status, error.code];
  }
  assert.fail("it was not refused");
}

async function calls() {
  const made = await client.calls.create({
    to: PHONE,
    from: NUMBER,
    url: `${PRODUCT}/go`,
    statusCallback: `${PRODUCT}/told`,
    statusCallbackEvent: ["initiated", "ringing", "answered", "completed"],
    timeout: 20,
  });
  assert.match(made.sid, /^CA[0-9a-f]{32}$/);
  assert.equal(made.status, "queued");
  assert.ok(made.dateCreated instanceof Date);
  const second = await client.calls.create({ to: PHONE, from: NUMBER, url: `${PRODUCT}/go` });
  assert.equal(second.queueTime, "1000");
  await client.calls(second.sid).update({ status: "canceled" });
  await advance(1);
  assert.equal((await client.calls(made.sid).fetch()).status, "in-progress");
  assert.equal((await client.calls(second.sid).fetch()).status, "canceled");
  await client.calls(made.sid).update({ url: `${PRODUCT}/conference`, method: "POST" });
  await advance(0);
  return made.sid;
}

async function conferences(leg) {
  const [conference] = await client.conferences.list({ friendlyName: "r", status: "in-progress" });
  const participants = client.conferences(conference.sid).participants;
  const created = await client.conferences(conference.sid).participants.create({
    to: PHONE,
    from: NUMBER,
    label: "third",
    earlyMedia: true,
    beep: "false",
  });
  assert.equal(created.label, "third");
  await advance(1);
  assert.deepEqual(
    (await participants.list()).map((one) => one.callSid).sort(),
    [CALLER, leg, created.callSid].sort(),
  );
  const held = await participants(CALLER).update({
    hold: true,
    holdUrl: `${PRODUCT}/hold`,
    holdMethod: "GET",
  });
  assert.equal(held.hold, true);
  await advance(0);
  assert.equal((await participants(CALLER).fetch()).hold, true);
  assert.equal((await participants("third").fetch()).callSid, created.callSid);
  assert.equal(await participants("third").remove(), true);
  await advance(0);
  assert.equal((await participants.list()).length, 2);
  return conference.sid;
}

async function recordings(leg) {
  const started = await client.calls(leg).recordings.create({
    recordingChannels: "dual",
    recordingStatusCallback: `${PRODUCT}/recorded`,
    recordingStatusCallbackEvent: ["completed"],
    trim: "do-not-trim",
  });
  const recording = client.calls(leg).recordings(started.sid);
  await advance(10);
  assert.equal((await recording.update({ status: "paused" })).status, "paused");
  assert.equal((await recording.update({ status: "in-progress" })).status, "in-progress");
  assert.equal((await recording.update({ status: "stopped" })).status, "stopped");
  await advance(1);
  const kept = await client.recordings(started.sid).fetch();
  assert.deepEqual([kept.status, kept.channels, kept.duration], ["completed", 2, "10"]);
  assert.deepEqual((await client.calls(leg).recordings.list()).map((r) => r.sid), [started.sid]);
  return started.sid;
}

async function errors(leg) {
  const stranger = `CA${"0".repeat(32)}`;
  const wrong = twilio(ACCOUNT, "wrong", { httpClient: new Rewriting() });
  return {
    unknown: await refused(client.calls(stranger).fetch()),
    nobody: await refused(client.calls.create({ from: NUMBER, url: `${PRODUCT}/go`, to: "1" })),
    stranger: await refused(
      client.calls.create({ from: "+15005550099", url: `${PRODUCT}/go`, to: PHONE }),
    ),
    over: await refused(client.calls(leg).update({ url: `${PRODUCT}/go` })),
    token: await refused(wrong.calls.list()),
    conference: await refused(
      client.conferences(`CF${"0".repeat(32)}`).participants.create({ from: NUMBER, to: PHONE }),
    ),
  };
}

const leg = await calls();
const conference = await conferences(leg);
const recording = await recordings(leg);
await client.calls(leg).update({ status: "completed" });
await advance(0);
const listed = (await client.calls.list({ pageSize: 2 })).map((call) => call.sid);
process.stdout.write(
  `${JSON.stringify({ leg, conference, recording, listed, errors: await errors(leg) })}\n`,
);
process.exit(0);
