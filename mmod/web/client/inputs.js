// When to say what is wished.  Pure: times are ms of the local clock.

import { clampedIntent } from "./movement.js";

/** The shortest time (ms) between two inputs: twenty a second are one a tick, and a third of what a server allows. */
const INTERVAL = 50;

/** How often (ms) an unchanged wish is repeated: a server drops a client that it has not heard for 30 s. */
const REPEAT = 1_000;

/** The shortest time (s) that is reported: the protocol asks for more than 0. */
const SHORTEST = 0.001;

const STILL = Object.freeze({ x: 0, z: 0 });

export class Inputs {
  #intent = STILL;
  /** The wish that was sent last, null when none was on this connection. */
  #said = null;
  #saidAt = 0;
  #seq = 0;

  get intent() {
    return this.#intent;
  }

  /** The highest `seq` used. */
  get seq() {
    return this.#seq;
  }

  /** Wishes; throws `RangeError` for what is no vector. */
  wish({ x, z }) {
    if (!Number.isFinite(x) || !Number.isFinite(z)) throw new RangeError(`{x: ${x}, z: ${z}} is not a finite vector`);
    this.#intent = Object.freeze(clampedIntent({ x, z }));
  }

  /** A connection has joined, and the server has applied the inputs up to `ack`; in a new session they begin anew. */
  restart(ack, resumed, now) {
    this.#seq = resumed ? Math.max(this.#seq, ack) : ack;
    this.#said = null;
    this.#saidAt = now;
  }

  /** Forgets what was wished. */
  clear() {
    this.#intent = STILL;
  }

  /** When (ms) the next input is due. */
  get due() {
    if (this.#said === null) return -Infinity;
    return this.#saidAt + (isSame(this.#said, this.#intent) ? REPEAT : INTERVAL);
  }

  /** Returns the message to be sent now. */
  take(now) {
    const dt = Math.max(SHORTEST, (now - this.#saidAt) / 1000);
    this.#said = this.#intent;
    this.#saidAt = now;
    this.#seq += 1;
    return { type: "input", seq: this.#seq, dt, intent: this.#intent };
  }
}

function isSame(one, other) {
  return one.x === other.x && one.z === other.z;
}
