// How far in the past others are shown: as little as the gaps between states allow.  Pure.
//
// While the newest state at hand is that of tick T, everything until T can be shown by going from one state to the
// next.  When the state after it comes at time a, one would have needed a delay of a less the time of T (on the local
// clock).  That holds at once how far states are apart, what was missing between them, and how late this one was.  The
// delay that would have been enough for nearly all gaps of the last seconds is the one to use.

import { Glide } from "./glide.js";
import { Recent } from "./recent.js";

/** How long (ms) a gap counts: some eighty gaps, among which a few are as bad as it gets. */
const MEMORY = 8_000;

/** The share of gaps to be covered.  The rest is extrapolated; covering all would pay for each hiccup for seconds. */
const COVERED = 0.97;

/** What is added (ms) to a delay that was only just enough: a frame of the screen. */
const MARGIN = 17;

/** The most (ms) between the fastest state seen and what is shown: later than that nobody can meet anybody. */
const MOST_DELAY = 800;

/** How fast the delay changes (ms a ms): people walk a quarter slower while it grows, and a tenth faster after. */
const PACE = Object.freeze({ rise: 0.25, fall: 0.1 });

/** Farther off than this (ms) catching up would take seconds: what is shown jumps instead. */
const BROKEN = 1_500;

export class Playout {
  #tickMs;
  #gaps = new Recent(MEMORY);
  #newest;
  #behind;

  /** Begins with a first state of `tick`; `interval` (ms) is how far states are apart. */
  constructor(tickHz, interval, tick, now) {
    this.#tickMs = 1000 / tickHz;
    this.#newest = tick;
    this.#behind = new Glide(now - tick * this.#tickMs + interval + MARGIN, now, PACE);
  }

  /** A state of `tick` came at `now`; `clockOffset` is that of the clock. */
  observe(tick, now, clockOffset) {
    this.#gaps.add(now - this.#newest * this.#tickMs, now);
    this.#newest = tick;
    const goal = Math.min(this.#gaps.quantile(COVERED) + MARGIN, clockOffset + MOST_DELAY);
    if (Math.abs(goal - this.#behind.at(now)) > BROKEN) this.#behind.jump(goal, now);
    else this.#behind.aim(goal, now);
  }

  /** The tick, with its fraction, that is to be shown at `now`. */
  tickAt(now) {
    return (now - this.#behind.at(now)) / this.#tickMs;
  }

  /** How far (ms) that is behind the fastest state seen. */
  delay(now, clockOffset) {
    return this.#behind.at(now) - clockOffset;
  }
}
