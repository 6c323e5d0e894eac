// The small parts that measure: Recent, Glide, RoundTrip, Correction.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Correction } from "../../../mmod/web/client/correction.js";
import { Glide } from "../../../mmod/web/client/glide.js";
import { Recent } from "../../../mmod/web/client/recent.js";
import { RoundTrip } from "../../../mmod/web/client/roundtrip.js";

test("Recent: the least and the quantiles are those of the span", () => {
  const recent = new Recent(1_000);
  [5, 1, 3, 4, 2].forEach((number, at) => recent.add(number, 100 * at));
  assert.deepEqual([recent.least, recent.quantile(0.5), recent.quantile(1)], [1, 3, 5]);
  recent.add(9, 1_150);
  assert.deepEqual([recent.size, recent.least, recent.quantile(1)], [4, 2, 9]);
});

test("Recent: nothing measured is no number", () => {
  const recent = new Recent(1_000);
  assert.deepEqual([recent.least, recent.quantile(0.5), recent.perSecond(0)], [Infinity, -Infinity, 0]);
});

test("Recent: a rate falls back to nothing when nothing comes", () => {
  const recent = new Recent(2_000);
  for (let now = 0; now <= 2_000; now += 100) recent.add(1, now);
  assert.equal(recent.perSecond(2_000), 10.5);
  assert.equal(recent.perSecond(5_000), 0);
});

test("Glide: it follows its goal at its pace, and arrives", () => {
  const glide = new Glide(0, 0, { rise: 0.5, fall: 0.1 });
  glide.aim(10, 0);
  assert.deepEqual([glide.at(10), glide.at(100)], [5, 10]);
  glide.aim(0, 100);
  assert.deepEqual([glide.at(150), glide.at(1_000)], [5, 0]);
});

test("Glide: a new goal on the way begins where it is, and a jump is one", () => {
  const glide = new Glide(0, 0, { rise: 1, fall: 1 });
  glide.aim(10, 0);
  glide.aim(-10, 4);
  assert.equal(glide.at(6), 2);
  glide.jump(100, 6);
  assert.equal(glide.at(6), 100);
});

test("RoundTrip: acknowledgements count until there is a ping, less the wait for a state", () => {
  const roundTrip = new RoundTrip(100);
  assert.equal(roundTrip.ms, 0);
  roundTrip.acknowledged(30, 0);
  assert.equal(roundTrip.ms, 0);
  const other = new RoundTrip(100);
  other.acknowledged(170, 0);
  assert.equal(other.ms, 120);
  other.pinged(80, 1);
  other.pinged(300, 2);
  assert.equal(other.ms, 80);
});

test("Correction: what was shown goes on being shown, and the difference fades", () => {
  const correction = new Correction();
  correction.bridge({ x: 5, z: 0 }, { x: 3, z: 1 }, 1_000);
  assert.deepEqual(correction.applied({ x: 3, z: 1 }, 1_000), { x: 5, z: 0 });
  const left = correction.at(1_100);
  assert.ok(left.x > 0.7 && left.x < 0.75 && left.z < 0);
  assert.ok(Math.abs(correction.at(3_000).x) < 1e-6);
});
