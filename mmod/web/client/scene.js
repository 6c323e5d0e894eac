// What is to be shown: the player as predicted, the others as interpolated, on one clock.  Pure: times are ms of the
// local clock.

import { TickClock } from "./clock.js";
import { Crowd } from "./crowd.js";
import { Prediction } from "./prediction.js";
import { RoundTrip } from "./roundtrip.js";

const STILL = Object.freeze({ x: 0, z: 0 });

export class Scene {
  #config = null;
  #clock = null;
  #roundTrip = null;
  #prediction = null;
  /** That of an earlier connection until the first state of the present one. */
  #crowd = null;
  #isCrowdOld = true;
  #server = null;

  /** Begins with a `join_ack`; what was shown before goes on until there is something better. */
  join({ config, pos }, now) {
    const shown = this.#prediction?.at(now);
    this.#config = config;
    this.#clock = new TickClock(config.tick_hz);
    this.#roundTrip = new RoundTrip(1000 / config.snapshot_hz);
    this.#prediction = new Prediction(config, pos, now);
    if (shown) this.#prediction.continueFrom(shown, now);
    this.#server = { pos, vel: STILL };
    this.#isCrowdOld = true;
  }

  /** Takes in a `state`; `penalty` is the encumbrance's. */
  update(state, penalty, now) {
    this.#clock.observe(state.tick, now);
    this.#server = { pos: state.player.pos, vel: state.player.vel };
    const offset = this.#clock.offset(now);
    const speed = this.#config.move_speed * penalty;
    const elapsed = this.#prediction.update(state, offset - this.#roundTrip.ms, speed, now);
    if (elapsed !== null) this.#roundTrip.acknowledged(elapsed, now);
    if (this.#isCrowdOld) this.#crowd = new Crowd(this.#config, state, now);
    else this.#crowd.update(state, now, offset);
    this.#isCrowdOld = false;
  }

  /** The server measured a round trip, ms. */
  pinged(rtt, now) {
    this.#roundTrip?.pinged(rtt, now);
  }

  /** An input was sent. */
  sent({ seq, intent }, now) {
    this.#prediction.sent(seq, intent, now);
  }

  /** The connection is lost. */
  stop(now) {
    this.#prediction?.stop(now);
  }

  /** The player: `{pos, vel, facing, server, error}`; null before the first join. */
  self(now) {
    if (this.#prediction === null) return null;
    return { ...this.#prediction.at(now), server: this.#server, error: this.#prediction.error };
  }

  /** The others. */
  entities(now) {
    return this.#crowd?.at(now) ?? [];
  }

  /** How far (ms) others are shown in the past. */
  delay(now) {
    return this.#isCrowdOld ? 0 : this.#crowd.delay(now, this.#clock.offset(now));
  }

  /** As `TickClock.offset`. */
  clockOffset(now) {
    return this.#clock?.offset(now) ?? null;
  }
}
