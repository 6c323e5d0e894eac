// Pictures that are painted once and copied ever after, by key.  The least recently used one goes first.

/** Pictures that are kept: sixteen poses of each of eight clothes, trees, and names, several times over. */
const MOST = 1500;

/** A picture of this size in pixels that `paint(context)` makes. */
export function painted(width, height, paint) {
  const canvas = new OffscreenCanvas(Math.max(1, Math.ceil(width)), Math.max(1, Math.ceil(height)));
  paint(canvas.getContext("2d"));
  return canvas;
}

export class Sprites {
  #kept = new Map();

  /** Forgets all: the colours have changed. */
  clear() {
    this.#kept.clear();
  }

  /** The picture `key`, which `make()` makes where it is not known. */
  get(key, make) {
    const known = this.#kept.get(key) ?? make();
    this.#kept.delete(key);
    this.#kept.set(key, known);
    if (this.#kept.size > MOST) this.#kept.delete(this.#kept.keys().next().value);
    return known;
  }
}
