// What is added to where something is, so that it does not jump to it: a difference that fades.  Pure.

/** The time (ms) in which a difference fades to a third: true again soon, and yet no jump to the eye. */
const FADE = 100;

export class Correction {
  #x = 0;
  #z = 0;
  #since = 0;

  /** What is left of it, m. */
  at(now) {
    const share = Math.exp(-Math.max(0, now - this.#since) / FADE);
    return { x: this.#x * share, z: this.#z * share };
  }

  /** From now on something is at `after` that was at `before` until now; it goes on being shown where it was. */
  bridge(before, after, now) {
    const left = this.at(now);
    this.#x = left.x + before.x - after.x;
    this.#z = left.z + before.z - after.z;
    this.#since = now;
  }

  /** Where something at `pos` is to be shown. */
  applied(pos, now) {
    const { x, z } = this.at(now);
    return { x: pos.x + x, z: pos.z + z };
  }

  clear() {
    this.#x = this.#z = 0;
  }
}
