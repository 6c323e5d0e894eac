import assert from "node:assert/strict";
import { test } from "node:test";

import { TickClock } from "../../../mmod/web/client/clock.js";
import { chanceOf } from "./support/chance.mjs";
import { network } from "./support/network.mjs";

const TICK = 50;

/** Lets states of every second tick come over a network and returns the clock and when the last one came. */
function listened(seconds, conditions, { seed = 1, tickMs = TICK } = {}) {
  const chance = chanceOf(seed);
  const arrivalOf = network(conditions, chance);
  const clock = new TickClock(1000 / TICK);
  let last = 0;
  for (let tick = 0; tick * tickMs < seconds * 1000; tick += 2) {
    last = arrivalOf(tick * tickMs) ?? last;
    clock.observe(tick, last);
  }
  return { clock, last };
}

test("it knows nothing before the first state", () => {
  assert.equal(new TickClock(20).offset(0), null);
});

for (const seed of [1, 2, 3]) {
  test(`jitter is not taken for time (seed ${seed})`, () => {
    const { clock, last } = listened(30, { delay: 60, jitter: 200 }, { seed });
    const offset = clock.offset(last);
    assert.ok(offset >= 60 && offset < 75, `${offset} ms`);
  });
}

test("it follows a server that ticks a hundredth slower", () => {
  const { clock, last } = listened(60, { delay: 60 }, { tickMs: TICK * 1.01 });
  const truth = last - Math.floor(60_000 / (2 * TICK * 1.01)) * 2 * TICK;
  assert.ok(Math.abs(clock.offset(last) - truth) < 60, `${clock.offset(last)} for ${truth}`);
});

test("it is set at a bounded pace", () => {
  const clock = new TickClock(20);
  clock.observe(0, 500);
  clock.observe(2, 200);
  const [at, later] = [clock.offset(200), clock.offset(1200)];
  assert.deepEqual([at, later], [500, 400]);
});

test("a server that paused for longer is believed at once, when the old times are forgotten", () => {
  const clock = new TickClock(20);
  for (let tick = 0; tick < 20; tick += 2) clock.observe(tick, tick * TICK);
  for (let tick = 20; tick < 140; tick += 2) clock.observe(tick, tick * TICK + 3000);
  assert.equal(clock.offset(138 * TICK + 3000), 3000);
});
