// What goes over the wire, as figures for people.  Pure: times are ms of the local clock.

import { Recent } from "./recent.js";

/** Rates are those of so many ms: steady enough to read. */
const SPAN = 2_000;

export class Meters {
  #states = new Recent(SPAN);
  #bytesIn = new Recent(SPAN);
  #bytesOut = new Recent(SPAN);

  rtt = null;
  tickRate = null;
  resumed = 0;
  dialect = null;

  received(bytes, now) {
    this.#bytesIn.add(bytes, now);
  }

  sent(bytes, now) {
    this.#bytesOut.add(bytes, now);
  }

  /** A state came. */
  shown(now) {
    this.#states.add(1, now);
  }

  /** Takes in `telemetry`. */
  told({ tick_rate, rtt_ms }) {
    this.tickRate = tick_rate;
    this.rtt = rtt_ms;
  }

  at(now) {
    const { rtt, tickRate, resumed, dialect } = this;
    return {
      rtt,
      tickRate,
      snapshotRate: this.#states.perSecond(now),
      bytesIn: this.#bytesIn.perSecond(now),
      bytesOut: this.#bytesOut.perSecond(now),
      resumed,
      dialect,
    };
  }
}
