// What was measured lately.  Pure: time is an argument.

/** Numbers of the last `span` ms. */
export class Recent {
  #span;
  #entries = [];

  constructor(span) {
    this.#span = span;
  }

  add(number, now) {
    this.#entries.push({ number, at: now });
    this.#forget(now);
  }

  get size() {
    return this.#entries.length;
  }

  /** The least of them; Infinity for none. */
  get least() {
    return this.#entries.reduce((least, { number }) => Math.min(least, number), Infinity);
  }

  /** The number that this share of them (0 to 1) does not exceed; -Infinity for none. */
  quantile(share) {
    const sorted = this.#entries.map(({ number }) => number).sort((one, other) => one - other);
    return sorted.length ? sorted[Math.floor(share * (sorted.length - 1))] : -Infinity;
  }

  /** Their sum a second. */
  perSecond(now) {
    this.#forget(now);
    if (this.#entries.length === 0) return 0;
    const sum = this.#entries.reduce((total, { number }) => total + number, 0);
    return (1000 * sum) / this.#span;
  }

  #forget(now) {
    const first = this.#entries.findIndex(({ at }) => now - at <= this.#span);
    if (first !== 0) this.#entries.splice(0, first < 0 ? this.#entries.length : first);
  }
}
