// The server's clock as it looks from here: which tick's state could be here by now, on the fastest way seen lately.
//
// Each state says its tick, and comes late by what the network adds.  Local time less the tick's own time is therefore
// a constant plus that delay, and the least of these differences is the best guess of the constant: jitter only ever
// adds.  It is taken over some seconds, for a server under load ticks slower, and then the constant grows.  Pure.

import { Glide } from "./glide.js";
import { Recent } from "./recent.js";

/** How long (ms) a fast state counts: one among fifty late ones is enough, and a server that slows down is followed. */
const MEMORY = 5_000;

/** How fast the clock is set (ms a ms): a tenth faster or slower is not seen in how people walk. */
const PACE = Object.freeze({ rise: 0.1, fall: 0.1 });

/** Farther off than this (ms) it is not the network: the server paused, or dropped ticks.  The clock is set at once. */
const BROKEN = 1_000;

export class TickClock {
  #tickMs;
  #differences = new Recent(MEMORY);
  #offset = null;

  constructor(tickHz) {
    this.#tickMs = 1000 / tickHz;
  }

  /** A state of `tick` came at `now` (ms of the local clock). */
  observe(tick, now) {
    this.#differences.add(now - tick * this.#tickMs, now);
    const goal = this.#differences.least;
    if (this.#offset === null) this.#offset = new Glide(goal, now, PACE);
    else if (Math.abs(goal - this.#offset.at(now)) > BROKEN) this.#offset.jump(goal, now);
    else this.#offset.aim(goal, now);
  }

  /** Local time (ms) at which tick 0 would have come on the fastest way; null before the first state. */
  offset(now) {
    return this.#offset?.at(now) ?? null;
  }
}
