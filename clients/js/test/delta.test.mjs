// The decoder against the published test vectors.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { BadDelta, DeltaDecoder } from "../../../mmod/web/client/delta.js";

const ROOT = new URL("../../../", import.meta.url);
const vectors = JSON.parse(readFileSync(new URL("docs/protocol/delta-vectors.json", ROOT), "utf-8"));

function buffer(hex) {
  return Uint8Array.from(Buffer.from(hex, "hex")).buffer;
}

for (const { name, states } of vectors.streams) {
  test(name, () => {
    const decoder = new DeltaDecoder(vectors.tick_hz);
    for (const { hex, state } of states) assert.deepEqual(decoder.decode(buffer(hex)), state);
  });

  test(`${name}: cut off anywhere`, () => {
    states.forEach(({ hex }, number) => {
      for (let size = 0; size < hex.length / 2; size += 1) {
        const decoder = new DeltaDecoder(vectors.tick_hz);
        for (const earlier of states.slice(0, number)) decoder.decode(buffer(earlier.hex));
        assert.throws(() => decoder.decode(buffer(hex.slice(0, 2 * size))), BadDelta);
      }
    });
  });
}

for (const { name, after, hex } of vectors.faults) {
  test(`refused: ${name}`, () => {
    const decoder = new DeltaDecoder(vectors.tick_hz);
    decoder.decode(buffer(after));
    assert.throws(() => decoder.decode(buffer(hex)), BadDelta);
  });
}
