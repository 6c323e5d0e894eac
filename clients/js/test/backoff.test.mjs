import assert from "node:assert/strict";
import { test } from "node:test";

import { isPassing, MOST_ATTEMPTS, waitBefore } from "../../../mmod/web/client/backoff.js";

/** How long (ms) the server keeps a session whose connection has ended. */
const RESUME_TTL = 60_000;

const waits = (chance) => Array.from({ length: MOST_ATTEMPTS }, (_, number) => waitBefore(number + 1, chance));

test("waits double, and never exceed ten seconds", () => {
  assert.deepEqual(waits(0).slice(0, 5), [250, 500, 1000, 2000, 4000]);
  assert.ok(Math.max(...waits(1)) <= 10_000);
});

test("half of each wait is left to chance", () => {
  waits(0).forEach((wait, at) => assert.equal(waits(1)[at], 2 * wait));
});

test("all attempts together take about as long as the session is kept", () => {
  const total = waits(0.5).reduce((sum, wait) => sum + wait, 0);
  assert.ok(total > 0.7 * RESUME_TTL && total < 1.2 * RESUME_TTL, `${total} ms`);
});

test("an error that stays true outweighs the close", () => {
  assert.equal(isPassing(1006, undefined), true);
  for (const error of ["auth", "replaced", "kicked"]) assert.equal(isPassing(1006, error), false);
  assert.equal(isPassing(1013, "unavailable"), true);
});
