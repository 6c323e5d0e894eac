import assert from "node:assert/strict";
import { test } from "node:test";

import { clampedIntent, facingOf, moved } from "../../../mmod/web/client/movement.js";

for (const [what, given, expected] of [
  ["a short wish stays", { x: 0.3, z: -0.4 }, { x: 0.3, z: -0.4 }],
  ["a long one has length 1", { x: 0, z: -7 }, { x: 0, z: -1 }],
  ["components are clamped before the length", { x: 1e6, z: 1 }, { x: Math.SQRT1_2, z: Math.SQRT1_2 }],
  ["stillness stays", { x: 0, z: 0 }, { x: 0, z: 0 }],
]) {
  test(what, () => {
    const { x, z } = clampedIntent(given);
    assert.ok(Math.abs(x - expected.x) < 1e-12 && Math.abs(z - expected.z) < 1e-12, `${x}, ${z}`);
  });
}

test("who moves gets there", () => {
  assert.deepEqual(moved({ x: 1, z: 2 }, { x: 3, z: -4 }, 0.5), { x: 2.5, z: 0 });
});

test("who moves looks there, who stands still keeps looking", () => {
  assert.equal(facingOf({ x: 0, z: 2 }, 0), Math.PI / 2);
  assert.equal(facingOf({ x: 0.01, z: 0 }, 1), 1);
});
