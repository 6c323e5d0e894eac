// A number that follows its goal at a bounded pace, so that what depends on it never jumps.  Pure.

/** `rise` and `fall` are the most it grows and shrinks in a unit of time; both at least 0. */
export class Glide {
  #value;
  #goal;
  #since;
  #rise;
  #fall;

  constructor(value, now, { rise, fall }) {
    this.#value = this.#goal = value;
    this.#since = now;
    this.#rise = rise;
    this.#fall = fall;
  }

  /** The number at a time that is not before the last `aim` or `jump`. */
  at(now) {
    const elapsed = Math.max(0, now - this.#since);
    const [least, most] = [this.#value - this.#fall * elapsed, this.#value + this.#rise * elapsed];
    return Math.max(least, Math.min(most, this.#goal));
  }

  /** Heads for `goal` from now on. */
  aim(goal, now) {
    this.#value = this.at(now);
    this.#goal = goal;
    this.#since = now;
  }

  /** Is `value` at once. */
  jump(value, now) {
    this.#value = this.#goal = value;
    this.#since = now;
  }
}
