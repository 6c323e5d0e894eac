// Who wants to be told of what.

export class Listeners {
  #byName;

  /** `names` are those of the events there are. */
  constructor(names) {
    this.#byName = new Map(names.map((name) => [name, new Set()]));
  }

  /** Calls `listener` at each event of a name; returns what ends that.  Throws `RangeError` for an unknown name. */
  on(name, listener) {
    const listeners = this.#byName.get(name);
    if (listeners === undefined) throw new RangeError(`there is no event "${name}"`);
    const entry = { listener };
    listeners.add(entry);
    return () => listeners.delete(entry);
  }

  /** Tells everyone; what one of them throws is reported as uncaught, and disturbs nobody else. */
  tell(name, event) {
    for (const { listener } of [...this.#byName.get(name)]) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
