// One of the others: where states had it, and where it is to be shown between them.  Pure; times in ticks, but for
// `now`, which is ms of the local clock.

import { Correction } from "./correction.js";
import { distance, facingOf, FIRST_FACING, moved } from "./movement.js";

/** The longest (s) somebody goes on as before when no state comes: who went on for longer would run through walls. */
const LONGEST_GUESS = 0.25;

/** How much faster than it says somebody may get along between two states: more is a teleport. */
const HASTE = 3;

/** Metres anybody may be moved between two states without it being a teleport. */
const NUDGE = 2;

const STILL = Object.freeze({ x: 0, z: 0 });

export class Track {
  #tickHz;
  #speed;
  #samples = [];
  #facing = FIRST_FACING;
  #correction = new Correction();
  #entity;

  /** From this tick on it is to be seen. */
  since;
  /** From this tick on it is not; Infinity while it is in sight. */
  until = Infinity;

  /** `speed` (m/s) is that of people here. */
  constructor(entity, since, tickHz, speed) {
    this.#entity = entity;
    this.since = since;
    this.#tickHz = tickHz;
    this.#speed = speed;
  }

  /** A state of `tick` has it so; `shown` is the tick shown at `now`. */
  add(entity, tick, shown, now) {
    const last = this.#samples.at(-1);
    const before = last && last.tick < shown ? this.#motion(shown).pos : null;
    const jumps = last !== undefined && this.#isJump(last, entity, tick);
    this.#entity = entity;
    this.until = Infinity;
    this.#samples.push({ tick, pos: entity.pos, vel: entity.vel, jumps });
    this.#forget(shown);
    if (jumps) this.#correction.clear();
    else if (before) this.#correction.bridge(before, this.#motion(shown).pos, now);
  }

  /** The entity as it is to be shown. */
  at(shown, now) {
    const { id, kind, name } = this.#entity;
    const { pos, vel, heading = vel } = this.#motion(shown);
    this.#facing = facingOf(heading, this.#facing);
    return { id, kind, name, pos: this.#correction.applied(pos, now), vel, facing: this.#facing };
  }

  /** Where the states alone have it. */
  #motion(shown) {
    const next = this.#samples.findIndex(({ tick }) => tick > shown);
    if (next < 0) return this.#guess(shown);
    if (next === 0) return { pos: this.#samples[0].pos, vel: STILL };
    return this.#between(this.#samples[next - 1], this.#samples[next], shown);
  }

  #between(from, to, shown) {
    if (to.jumps) return { pos: from.pos, vel: STILL };
    const seconds = (to.tick - from.tick) / this.#tickHz;
    const vel = { x: (to.pos.x - from.pos.x) / seconds, z: (to.pos.z - from.pos.z) / seconds };
    return { pos: moved(from.pos, vel, (shown - from.tick) / this.#tickHz), vel };
  }

  #guess(shown) {
    const { tick, pos, vel } = this.#samples.at(-1);
    const seconds = (shown - tick) / this.#tickHz;
    if (seconds <= LONGEST_GUESS) return { pos: moved(pos, vel, seconds), vel };
    return { pos: moved(pos, vel, LONGEST_GUESS), vel: STILL, heading: vel };
  }

  #isJump(last, { pos, vel }, tick) {
    const speed = Math.max(this.#speed, Math.hypot(last.vel.x, last.vel.z), Math.hypot(vel.x, vel.z));
    return distance(last.pos, pos) > NUDGE + (HASTE * speed * (tick - last.tick)) / this.#tickHz;
  }

  /** Forgets what lies before the pair that is shown between. */
  #forget(shown) {
    const next = this.#samples.findIndex(({ tick }) => tick > shown);
    const spare = (next < 0 ? this.#samples.length : next) - 1;
    if (spare > 0) this.#samples.splice(0, spare);
  }
}
