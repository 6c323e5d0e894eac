// Footprints: where somebody has walked lately.

import { css } from "./colour.js";

/** The length (m) of a step from one print to the next, and how far (m) left and right of the way they lie. */
const STEP = 1;
const BESIDE = 0.22;

/** How long (ms) a print stays, and how many of one walker are kept. */
const LIFE = Object.freeze({ self: 14_000, player: 6000, bot: 3600 });
const MOST_PRINTS = Object.freeze({ self: 42, player: 18, bot: 6 });

/** Farther (m) than one walks between two looks: a teleport leaves no prints. */
const JUMP = 6;

/** The strengths prints are drawn with, the oldest first: a colour is costly to change. */
const STRENGTHS = Object.freeze([0.1, 0.2, 0.3, 0.4]);

/** A print's size in m, and the least in pixels. */
const SIZE = 0.26;
const LEAST_SIZE = 1.6;

class Trail {
  prints = [];
  #last;
  #side = 1;

  constructor(pos) {
    this.#last = pos;
  }

  walk(pos, now, kind) {
    const [east, north] = [pos.x - this.#last.x, pos.z - this.#last.z];
    const length = Math.hypot(east, north);
    if (length < STEP) return;
    this.#last = pos;
    if (length > JUMP) return;
    this.#side = -this.#side;
    const beside = (BESIDE * this.#side) / length;
    this.prints.push({ x: pos.x - north * beside, z: pos.z + east * beside, since: now });
    if (this.prints.length > MOST_PRINTS[kind]) this.prints.shift();
  }

  age(now, kind) {
    while (this.prints.length && now - this.prints[0].since > LIFE[kind]) this.prints.shift();
  }
}

export class Trails {
  #trails = new Map();

  /** Takes in where everybody is, as `{id, kind, pos}`; who is gone is forgotten with its prints. */
  walk(walkers, now) {
    const before = this.#trails;
    this.#trails = new Map();
    for (const { id, kind, pos } of walkers) {
      const trail = before.get(id) ?? new Trail(pos);
      trail.walk(pos, now, kind);
      trail.age(now, kind);
      this.#trails.set(id, trail);
      trail.kind = kind;
    }
  }

  /** Draws all prints that are in the window. */
  draw(context, camera, colours, now) {
    const strengths = STRENGTHS.map(() => []);
    for (const { prints, kind } of this.#trails.values()) {
      for (const print of prints) {
        const left = 1 - (now - print.since) / LIFE[kind];
        strengths[Math.min(STRENGTHS.length - 1, Math.floor(left * STRENGTHS.length))]?.push(print);
      }
    }
    strengths.forEach((prints, at) => drawPrints(context, camera, css(colours.ink, STRENGTHS[at]), prints));
  }
}

function drawPrints(context, camera, colour, prints) {
  const { left, top, width, height } = camera.window;
  const scale = camera.scale;
  const size = Math.max(LEAST_SIZE * camera.ratio, SIZE * scale);
  context.fillStyle = colour;
  for (const { x, z } of prints) {
    const [across, down] = [x * scale - left - size / 2, -z * scale - top - size / 2];
    if (across > -size && down > -size && across < width && down < height) {
      context.fillRect(across, down, size, size * 0.8);
    }
  }
}
