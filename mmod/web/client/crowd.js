// All the others, as they are to be shown.  Pure: times are ms of the local clock.

import { Playout } from "./playout.js";
import { Track } from "./track.js";

export class Crowd {
  #config;
  #playout;
  #tracks = new Map();
  #newest;

  /** Begins with the first state of a connection: who is in it is seen at once. */
  constructor(config, { tick, entities }, now) {
    this.#config = config;
    this.#playout = new Playout(config.tick_hz, 1000 / config.snapshot_hz, tick, now);
    this.#take(tick, entities, -Infinity, now);
  }

  /** Takes in the next state; one that is not newer than the last says nothing. */
  update({ tick, entities }, now, clockOffset) {
    if (tick <= this.#newest) return;
    this.#playout.observe(tick, now, clockOffset);
    this.#take(tick, entities, tick, now);
  }

  /** Everybody to be shown at `now`. */
  at(now) {
    const shown = this.#playout.tickAt(now);
    const seen = [];
    for (const track of this.#tracks.values()) {
      if (track.since <= shown && shown < track.until) seen.push(track.at(shown, now));
    }
    return seen;
  }

  /** How far (ms) they are shown in the past. */
  delay(now, clockOffset) {
    return this.#playout.delay(now, clockOffset);
  }

  #take(tick, entities, since, now) {
    const shown = this.#playout.tickAt(now);
    this.#newest = tick;
    const present = new Set();
    for (const entity of entities) {
      present.add(entity.id);
      this.#track(entity, since).add(entity, tick, shown, now);
    }
    for (const [id, track] of this.#tracks) if (!present.has(id)) this.#leave(id, track, tick, shown);
  }

  #track(entity, since) {
    const known = this.#tracks.get(entity.id);
    if (known) return known;
    const track = new Track(entity, since, this.#config.tick_hz, this.#config.move_speed);
    this.#tracks.set(entity.id, track);
    return track;
  }

  /** Whoever is not in a state any more is shown until the screen has come that far. */
  #leave(id, track, tick, shown) {
    if (track.until === Infinity) track.until = tick;
    if (track.until <= shown) this.#tracks.delete(id);
  }
}
