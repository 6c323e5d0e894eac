// Others are shown smoothly, whatever the network does: measured frame by frame, in no real time.

import assert from "node:assert/strict";
import { test } from "node:test";

import { TickClock } from "../../../mmod/web/client/clock.js";
import { Crowd } from "../../../mmod/web/client/crowd.js";
import { chanceOf } from "./support/chance.mjs";
import { network } from "./support/network.mjs";
import { walk } from "./support/walker.mjs";

const CONFIG = { tick_hz: 20, snapshot_hz: 10, move_speed: 3 };
const TICK = 1000 / CONFIG.tick_hz;
const FRAME = 1000 / 60;
const SECONDS = 60;

/** What a walker goes in a frame, m. */
const STRIDE = (CONFIG.move_speed * FRAME) / 1000;

/** How long (ms) the delay may take to find itself. */
const SETTLING = 5_000;

const state = (tick, entities) => ({ tick, entities });
const bot = ({ pos, vel }, id = "bot-1") => ({ id, kind: "bot", name: id, pos, vel });

/** All that comes: `{at, tick}` in order. */
function arrivals(conditions, chance) {
  const arrivalOf = network(conditions, chance);
  const ticks = Array.from({ length: SECONDS * CONFIG.snapshot_hz }, (_, number) => 2 * number);
  return ticks.map((tick) => ({ tick, at: arrivalOf(tick * TICK) })).filter(({ at }) => at !== null);
}

/** Plays a minute and returns what each frame showed: `{now, delay, pos}`. */
function play(conditions, seed) {
  const chance = chanceOf(seed);
  const way = walk(SECONDS * CONFIG.tick_hz, CONFIG.tick_hz, chance);
  const waiting = arrivals(conditions, chance);
  const clock = new TickClock(CONFIG.tick_hz);
  const frames = [];
  let crowd = null;
  for (let now = 0; waiting.length > 0; now += FRAME) {
    while (waiting[0]?.at <= now) {
      const { at, tick } = waiting.shift();
      clock.observe(tick, at);
      const seen = state(tick, [bot(way[tick])]);
      if (crowd === null) crowd = new Crowd(CONFIG, seen, at);
      else crowd.update(seen, at, clock.offset(at));
    }
    if (crowd !== null) frames.push({ now, pos: crowd.at(now)[0].pos, delay: crowd.delay(now, clock.offset(now)) });
  }
  return frames.filter(({ now }) => now > SETTLING);
}

/** The ways between frames, m. */
function steps(frames) {
  return frames.slice(1).map(({ pos }, at) => Math.hypot(pos.x - frames[at].pos.x, pos.z - frames[at].pos.z));
}

/** The longest row of frames (in ms) in which a walker hardly moved. */
function longestStall(frames) {
  let [row, longest] = [0, 0];
  for (const step of steps(frames)) {
    row = step < STRIDE / 4 ? row + 1 : 0;
    longest = Math.max(longest, row);
  }
  return longest * FRAME;
}

const BAD = { delay: 60, jitter: 200, loss: 0.05 };

for (const seed of [1, 2, 3, 4, 5]) {
  test(`5 % loss and 200 ms jitter are not seen (seed ${seed})`, (t) => {
    const frames = play(BAD, seed);
    const [jump, stall] = [Math.max(...steps(frames)), longestStall(frames)];
    const delay = frames.reduce((sum, frame) => sum + frame.delay, 0) / frames.length;
    const [widest, usual] = [jump, STRIDE].map((metres) => (100 * metres).toFixed(1));
    t.diagnostic(`widest step ${widest} cm of ${usual}, stall ${stall.toFixed(0)} ms, delay ${delay.toFixed(0)} ms`);
    assert.ok(jump <= 2 * STRIDE, `a frame jumped ${jump} m`);
    assert.ok(stall <= FRAME, `it stood for ${stall} ms`);
  });
}

const meanDelay = (frames) => frames.reduce((sum, { delay }) => sum + delay, 0) / frames.length;

test("on a good network the delay is that of one state and a frame", () => {
  const delay = meanDelay(play({ delay: 20, jitter: 5 }, 1));
  assert.ok(delay > 100 && delay < 130, `${delay} ms`);
});

test("the delay grows with the jitter", () => {
  const delays = [0, 50, 100, 200].map((jitter) => meanDelay(play({ delay: 60, jitter }, 1)));
  assert.deepEqual(delays, [...delays].sort((one, other) => one - other));
  assert.ok(delays[3] > delays[0] + 100, `${delays}`);
});

/** A crowd that was shown states every 100 ms, on a network without delay, until before `tick`. */
function crowdUntil(tick, entitiesAt) {
  const crowd = new Crowd(CONFIG, state(0, entitiesAt(0)), 0);
  for (let at = 2; at < tick; at += 2) crowd.update(state(at, entitiesAt(at)), at * TICK, 0);
  return crowd;
}

const east = (tick) => ({ pos: { x: (3 * tick) / 20, z: 0 }, vel: { x: 3, z: 0 } });
const still = (x) => ({ pos: { x, z: 0 }, vel: { x: 0, z: 0 } });

test("who is in the first state is seen at once", () => {
  const crowd = new Crowd(CONFIG, state(0, [bot(still(4))]), 0);
  assert.deepEqual(
    crowd.at(0).map(({ id, pos }) => [id, pos.x]),
    [["bot-1", 4]],
  );
});

test("who comes into sight appears when the screen has come that far, and not before", () => {
  const crowd = crowdUntil(40, () => [bot(still(0))]);
  crowd.update(state(40, [bot(still(0)), bot(still(9), "ada")]), 2000, 0);
  const seenAt = (now) => crowd.at(now).map(({ id }) => id);
  assert.deepEqual(seenAt(2000), ["bot-1"]);
  assert.deepEqual(seenAt(2000 + crowd.delay(2000, 0) + 1), ["bot-1", "ada"]);
});

test("who goes out of sight is shown until the screen has come that far", () => {
  const crowd = crowdUntil(40, () => [bot(still(0))]);
  crowd.update(state(40, []), 2000, 0);
  assert.equal(crowd.at(2000).length, 1);
  assert.equal(crowd.at(2000 + crowd.delay(2000, 0) + 1).length, 0);
});

test("a teleport is a jump", () => {
  const crowd = crowdUntil(38, () => [bot(still(0))]);
  const places = new Set();
  for (let tick = 38; tick < 60; tick += 2) {
    crowd.update(state(tick, [bot(still(tick < 48 ? 0 : 100))]), tick * TICK, 0);
    for (let frame = 0; frame < 6; frame += 1) places.add(crowd.at(tick * TICK + frame * FRAME)[0].pos.x);
  }
  assert.deepEqual([...places], [0, 100]);
});

test("without states people walk on for a quarter of a second, then stand, looking where they went", () => {
  const crowd = crowdUntil(42, (tick) => [bot(east(tick))]);
  const [entity] = crowd.at(10_000);
  assert.ok(Math.abs(entity.pos.x - (6 + 0.75)) < 1e-9);
  assert.deepEqual([entity.vel, entity.facing], [{ x: 0, z: 0 }, 0]);
});

test("a state that is no newer than the last says nothing", () => {
  const crowd = crowdUntil(42, (tick) => [bot(east(tick))]);
  crowd.update(state(38, []), 2100, 0);
  assert.equal(crowd.at(3000).length, 1);
});
