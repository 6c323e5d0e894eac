// The player walks where it will be: a server on paper moves it by its own rule, tick by tick, behind a network.

import assert from "node:assert/strict";
import { test } from "node:test";

import { clampedIntent, distance } from "../../../mmod/web/client/movement.js";
import { Scene } from "../../../mmod/web/client/scene.js";
import { chanceOf } from "./support/chance.mjs";
import { network } from "./support/network.mjs";

const CONFIG = { tick_hz: 20, snapshot_hz: 10, move_speed: 3 };
const TICK = 1000 / CONFIG.tick_hz;
const FRAME = 1000 / 60;

/** When (ms) the first frame is: three frames are a tick, and no input should come in the very instant of one. */
const PHASE = 7;

const STRIDE = (CONFIG.move_speed * FRAME) / 1000;

/** As far east (m) as anybody can go; only the server knows. */
const WALL = 1_000;

/** The server's side of one player. */
class Server {
  #inputs = [];
  #intent = { x: 0, z: 0 };
  tick = 0;
  ack = 0;
  pos = { x: 0, z: 0 };
  vel = { x: 0, z: 0 };

  constructor(speed) {
    this.speed = speed;
  }

  /** An input comes at a time (ms). */
  expect(input, at) {
    this.#inputs.push({ ...input, at });
  }

  /** One tick, due at `tick * TICK`. */
  step() {
    this.tick += 1;
    while (this.#inputs[0]?.at < this.tick * TICK) {
      const { seq, intent } = this.#inputs.shift();
      this.ack = seq;
      this.#intent = intent;
    }
    const [x, z] = [this.#intent.x * this.speed, this.#intent.z * this.speed];
    const free = this.pos.x + x / CONFIG.tick_hz;
    const isFree = free <= WALL;
    this.vel = { x: isFree ? x : 0, z };
    this.pos = { x: isFree ? free : WALL, z: this.pos.z + z / CONFIG.tick_hz };
  }

  get state() {
    return { tick: this.tick, ack: this.ack, player: { id: "ada", pos: this.pos, vel: this.vel }, entities: [] };
  }
}

/**
 * Walks by `wishes`, `[ms, intent]` each, for `seconds`; `up` and `down` are networks.  Returns the frames (`pos`,
 * `error`) and where the server has the player in the end.  `meddle(server)` is called before each tick.
 */
function walked({ wishes, seconds, up, down, rtt, penalty = 1, meddle = () => {} }) {
  const server = new Server(CONFIG.move_speed * penalty);
  const scene = new Scene();
  scene.join({ config: CONFIG, pos: server.pos }, 0);
  const [coming, frames, todo] = [[], [], [...wishes]];
  for (let now = PHASE, seq = 0; now < seconds * 1000; now += FRAME) {
    for (; (server.tick + 1) * TICK <= now; ) {
      meddle(server);
      server.step();
      const at = server.tick % 2 === 0 ? down(server.tick * TICK) : null;
      if (at !== null) coming.push({ at, state: server.state });
    }
    for (; coming[0]?.at <= now; ) {
      const { at, state } = coming.shift();
      scene.pinged(rtt, at);
      scene.update(state, penalty, at);
    }
    if (todo[0]?.[0] <= now) {
      const input = { seq: (seq += 1), intent: clampedIntent(todo.shift()[1]) };
      scene.sent(input, now);
      server.expect(input, up(now));
    }
    frames.push({ now, pos: scene.self(now).pos, error: scene.self(now).error, server: server.pos });
  }
  return frames;
}

const EAST = { x: 1, z: 0 };
const NORTH = { x: 0, z: 1 };
const STILL = { x: 0, z: 0 };
const QUIET = { up: (at) => at + 50, down: (at) => at + 50, rtt: 100 };
const ZIGZAG = [STILL, EAST, NORTH, { x: -1, z: -1 }, EAST, { x: 0.3, z: -0.4 }, NORTH, EAST];

/** A new wish every 700 ms, and stillness in the end. */
function zigzag(count) {
  const at = (number) => 500 + 700 * number;
  const wishes = Array.from({ length: count }, (_, number) => [at(number), ZIGZAG[(number * 5) % ZIGZAG.length]]);
  return [...wishes, [at(count), STILL]];
}

const widestStep = (frames) => Math.max(...frames.slice(1).map(({ pos }, at) => distance(pos, frames[at].pos)));
const errorsAfter = (frames, ms) => frames.filter(({ now }) => now > ms).map(({ error }) => error);

test("the player starts to walk in the frame in which it wants to, and not a round trip later", () => {
  const frames = walked({ ...QUIET, wishes: [[2000, EAST]], seconds: 3 });
  const begins = frames.find(({ now }) => now >= 2000).now;
  assert.ok(frames.find(({ now }) => now > begins + 60).pos.x > 0.05);
  assert.equal(frames.findLast(({ now }) => now <= begins + 60).server.x, 0);
});

test("on a steady network the prediction is right, whatever the turns", () => {
  const frames = walked({ ...QUIET, wishes: zigzag(30), seconds: 25 });
  const worst = Math.max(...errorsAfter(frames, 1500));
  assert.ok(worst < 1e-6, `${worst} m`);
});

test("who carries too much is predicted to be slower", () => {
  const frames = walked({ ...QUIET, wishes: zigzag(30), seconds: 25, penalty: 0.6 });
  assert.ok(Math.max(...errorsAfter(frames, 1500)) < 1e-6);
});

for (const seed of [1, 2, 3]) {
  test(`with 200 ms of jitter and 5 % loss it is put right without a jump (seed ${seed})`, (t) => {
    const chance = chanceOf(seed);
    const up = network({ delay: 50, jitter: 200 }, chance);
    const down = network({ delay: 50, jitter: 200, loss: 0.05 }, chance);
    const frames = walked({ up, down, rtt: 100, wishes: zigzag(80), seconds: 62 });
    const errors = errorsAfter(frames, 3000).sort((one, other) => one - other);
    const widest = widestStep(frames);
    const figures = [errors[errors.length >> 1], errors.at(-1), widest].map((metres) => (100 * metres).toFixed(0));
    t.diagnostic(`cm: put right by ${figures[0]} as a rule, ${figures[1]} at worst; widest step ${figures[2]}`);
    assert.ok(widest < 5 * STRIDE, `a frame jumped ${widest} m`);
    const last = frames.at(-1);
    assert.ok(distance(last.pos, last.server) < 0.01, "where it stands in the end");
  });
}

test("who is pushed back a little glides there", () => {
  const meddle = (server) => server.tick === 60 && (server.pos = { x: server.pos.x - 1, z: 0 });
  const frames = walked({ ...QUIET, wishes: [[500, STILL]], seconds: 5, meddle });
  assert.ok(widestStep(frames) < 0.2);
  assert.ok(Math.abs(frames.at(-1).pos.x + 1) < 1e-6);
});

test("a teleport is shown at once", () => {
  const meddle = (server) => server.tick === 60 && (server.pos = { x: 500, z: 500 });
  const frames = walked({ ...QUIET, wishes: [[500, STILL]], seconds: 5, meddle });
  const places = new Set(frames.map(({ pos }) => pos.x));
  assert.deepEqual([...places], [0, 500]);
});

test("a wall that only the server knows of stops the player without trembling", () => {
  const meddle = (server) => server.tick === 8 && (server.pos = { x: WALL - 5, z: 0 });
  const frames = walked({ ...QUIET, wishes: [[1000, EAST]], seconds: 8, meddle });
  const [furthest, settled] = [Math.max(...frames.map(({ pos }) => pos.x)), frames.filter(({ now }) => now > 5000)];
  assert.ok(furthest < WALL + 1, `it ran ${furthest - WALL} m through`);
  assert.ok(settled.every(({ pos }) => Math.abs(pos.x - WALL) < 1e-6));
});

test("without states the player walks on for a second, then stands", () => {
  const down = (at) => (at < 3000 ? at + 50 : null);
  const frames = walked({ ...QUIET, down, wishes: [[500, EAST]], seconds: 8 });
  const [end, before] = [frames.at(-1), frames.find(({ now }) => now > 5000)];
  assert.ok(end.pos.x > 9 && end.pos.x < 11.5, `${end.pos.x}`);
  assert.deepEqual(end.pos, before.pos);
});

test("after a resume the player is not seen to jump", () => {
  const scene = new Scene();
  scene.join({ config: CONFIG, pos: { x: 10, z: 0 } }, 0);
  scene.stop(1000);
  const before = scene.self(2000).pos;
  scene.join({ config: CONFIG, pos: { x: 10.5, z: 0 } }, 2000);
  assert.deepEqual(scene.self(2000).pos, before);
  assert.ok(Math.abs(scene.self(4000).pos.x - 10.5) < 1e-6);
});
