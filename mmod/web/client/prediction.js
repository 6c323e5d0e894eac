// Where the player will be when everything that was sent has arrived.  Pure: times are ms of the local clock.
//
// A state says where the server had the player at its tick, and which input it had applied by then.  What was sent
// since is applied to it here, by the server's rule: an input that comes in tick m moves the player from tick m + 1 on,
// a whole tick's way at a time.  In which tick an input comes follows from when it was sent and from `origin`: the
// local time at which a message would have had to be sent to come in tick 0.  An input that a state does not
// acknowledge has not come by that state's tick, whatever was guessed.
//
// Whenever the answer changes, because an input was sent or a state says otherwise, the difference fades.

import { Correction } from "./correction.js";
import { distance, facingOf, FIRST_FACING, moved, velocityOf } from "./movement.js";

/** Seconds of walking that a difference may be worth to be faded; beyond that it is a teleport. */
const TELEPORT = 1.5;

/** The least (m) that counts as a teleport, however slow people are. */
const LEAST_TELEPORT = 1;

/** Inputs that are remembered unacknowledged: ten seconds of them, after which the connection counts as lost. */
const MOST_INPUTS = 200;

/** How long (ms) the player walks on while no state comes; then it stands, as the world around it does. */
const LONGEST_GUESS = 1_000;

const STILL = Object.freeze({ x: 0, z: 0 });

export class Prediction {
  #tickMs;
  #reach;
  #correction = new Correction();
  /** What the last state says: place and velocity at its tick. */
  #base;
  #tick = 0;
  #speed = 0;
  #inputs = [];
  /** Null before the first state: then the player stands where the join has it. */
  #origin = null;
  #heardAt = 0;
  #facing = FIRST_FACING;

  /** How far (m) the last state put the prediction right. */
  error = 0;

  constructor({ tick_hz, move_speed }, pos, now) {
    this.#tickMs = 1000 / tick_hz;
    this.#reach = Math.max(LEAST_TELEPORT, TELEPORT * move_speed);
    this.#base = { pos, vel: STILL };
    this.#heardAt = now;
  }

  /** The player goes on from where another prediction showed it, unless that is too far away. */
  continueFrom(shown, now) {
    this.#facing = shown.facing;
    this.#bridge(shown.pos, now);
  }

  /** An input was sent. */
  sent(seq, intent, now) {
    const before = this.#expected(now).pos;
    this.#inputs.push({ seq, intent, at: now });
    if (this.#inputs.length > MOST_INPUTS) this.#inputs.shift();
    this.#correction.bridge(before, this.#expected(now).pos, now);
  }

  /**
   * A state came; `origin` is told above, `speed` (m/s) includes what encumbrance leaves of it.  Returns how long (ms)
   * ago the input was sent that it is the first to acknowledge, null when there is none.
   */
  update({ ack, tick, player }, origin, speed, now) {
    const before = this.#expected(now).pos;
    const acknowledged = this.#inputs.filter(({ seq }) => seq <= ack).at(-1);
    this.#inputs = this.#inputs.filter(({ seq }) => seq > ack);
    this.#base = { pos: player.pos, vel: player.vel };
    this.#tick = tick;
    this.#speed = speed;
    this.#origin = origin;
    this.#heardAt = now;
    this.error = this.#bridge(before, now);
    return acknowledged ? now - acknowledged.at : null;
  }

  /** The connection is lost: the server stops the player, and so does this. */
  stop(now) {
    this.#base = { pos: this.#expected(now).pos, vel: STILL };
    this.#inputs = [];
    this.#origin = null;
  }

  /** Where the player is to be shown, and how it moves. */
  at(now) {
    const { pos, vel } = this.#expected(now);
    this.#facing = facingOf(vel, this.#facing);
    return { pos: this.#correction.applied(pos, now), vel, facing: this.#facing };
  }

  #bridge(before, now) {
    const after = this.#expected(now).pos;
    const error = distance(before, after);
    if (error > this.#reach) this.#correction.clear();
    else this.#correction.bridge(before, after, now);
    return error;
  }

  /** What the server will have, as far as it can be known. */
  #expected(now) {
    if (this.#origin === null) return this.#base;
    const end = this.#tickAt(Math.min(now, this.#heardAt + LONGEST_GUESS));
    let { pos, vel } = this.#base;
    let from = this.#tick;
    for (const { intent, at } of this.#inputs) {
      const begins = Math.max(from, Math.floor(this.#tickAt(at)));
      pos = this.#walked(pos, vel, from, Math.min(begins, end));
      vel = velocityOf(intent, this.#speed);
      from = begins;
    }
    return { pos: this.#walked(pos, vel, from, end), vel: now > this.#heardAt + LONGEST_GUESS ? STILL : vel };
  }

  #walked(pos, vel, from, to) {
    return to > from ? moved(pos, vel, ((to - from) * this.#tickMs) / 1000) : pos;
  }

  /** The tick, with its fraction, in which a message comes that is sent at a time. */
  #tickAt(time) {
    return (time - this.#origin) / this.#tickMs;
  }
}
