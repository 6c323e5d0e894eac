// How long the way to the server and back takes, at its best.  Pure.

import { Recent } from "./recent.js";

/** How long (ms) a measurement counts: ten pings of the server. */
const MEMORY = 10_000;

export class RoundTrip {
  #interval;
  #pings = new Recent(MEMORY);
  #answers = new Recent(MEMORY);

  /** `interval` (ms) is how far states are apart. */
  constructor(interval) {
    this.#interval = interval;
  }

  /** The server measured a ping, ms. */
  pinged(rtt, now) {
    this.#pings.add(rtt, now);
  }

  /** A state acknowledged an input that was sent so long (ms) before: counts only until there was a ping. */
  acknowledged(elapsed, now) {
    this.#answers.add(elapsed, now);
  }

  /** The best guess, ms.  An acknowledgement waits for the next state, half an interval on average. */
  get ms() {
    if (this.#pings.size) return this.#pings.least;
    return this.#answers.size ? Math.max(0, this.#answers.least - this.#interval / 2) : 0;
  }
}
