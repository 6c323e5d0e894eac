// What grows and lies where: grass, flowers, stones, bushes and trees, by chunks of the world.  Pure.

import { chance } from "./noise.js";
import { dampAt, heightAt, SHORE, soil } from "./terrain.js";

/** The side (m) of a chunk, and of the squares in it that hold at most one thing each. */
const CHUNK = 32;
const SQUARE = 4;

/** How far (m) around the origin no tree stands: players usually arrive there, and not inside one. */
const CLEARING = 11;

/** Height above the shore at which reeds give way to flowers. */
const REEDS = 0.02;

/** What stands in a square, by a dice in [0, 1): the first of the list whose share holds it. */
function pick(dice, shares) {
  let below = 0;
  for (const [kind, share] of shares) {
    below += share;
    if (dice < below) return kind;
  }
  return null;
}

function sharesAt(height, damp) {
  if (height < SHORE) return [["lily", 0.05]];
  if (height < SHORE + REEDS)
    return [
      ["reed", 0.3],
      ["pebble", 0.14],
    ];
  const { wood, heath } = soil(damp);
  const meadow = 1 - wood - heath;
  return [
    ["pine", 0.2 * wood + 0.006 * heath],
    ["oak", 0.12 * wood + 0.012 * meadow],
    ["bush", 0.08 * wood + 0.02 * meadow + 0.04 * heath],
    ["mushroom", 0.05 * wood],
    ["stone", 0.012 + 0.05 * heath],
    ["flower", 0.13 * meadow],
    ["heather", 0.22 * heath],
    ["tuft", 0.3],
  ];
}

function grownAt(column, row) {
  const x = (column + 0.15 + 0.7 * chance(column, row, 21)) * SQUARE;
  const z = (row + 0.15 + 0.7 * chance(column, row, 22)) * SQUARE;
  const kind = pick(chance(column, row, 23), sharesAt(heightAt(x, z), dampAt(x, z)));
  return kind && { kind, x, z, look: chance(column, row, 24) };
}

/** What stands upright, and can hide somebody behind it. */
const TALL = new Set(["pine", "oak", "bush"]);

const inClearing = ({ x, z }) => Math.hypot(x, z) < CLEARING;

function chunkAt(column, row) {
  const across = CHUNK / SQUARE;
  const [tall, low] = [[], []];
  for (let at = 0; at < across * across; at += 1) {
    const thing = grownAt(column * across + (at % across), row * across + Math.floor(at / across));
    if (thing === null) continue;
    if (!TALL.has(thing.kind)) low.push(thing);
    else if (!inClearing(thing)) tall.push(thing);
  }
  return Object.freeze({ tall, low });
}

/** Chunks that are remembered: those of a screen that shows the widest view, and as many again. */
const MOST_CHUNKS = 900;

const chunks = new Map();

function chunk(column, row) {
  const key = `${column},${row}`;
  const known = chunks.get(key) ?? chunkAt(column, row);
  chunks.delete(key);
  chunks.set(key, known);
  if (chunks.size > MOST_CHUNKS) chunks.delete(chunks.keys().next().value);
  return known;
}

/** Everything `tall` or `low` in the chunks that touch a square of the world {west, east, south, north}. */
export function* grown(layer, { west, east, south, north }) {
  for (let row = Math.floor(south / CHUNK); row * CHUNK <= north; row += 1) {
    for (let column = Math.floor(west / CHUNK); column * CHUNK <= east; column += 1) {
      yield* chunk(column, row)[layer];
    }
  }
}
