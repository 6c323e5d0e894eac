// From held keys to a wish.

/** Where each key leads, x east and z north; keys by their place on the keyboard, whatever is printed on them. */
const DIRECTIONS = Object.freeze({
  KeyW: { x: 0, z: 1 },
  KeyA: { x: -1, z: 0 },
  KeyS: { x: 0, z: -1 },
  KeyD: { x: 1, z: 0 },
  ArrowUp: { x: 0, z: 1 },
  ArrowLeft: { x: -1, z: 0 },
  ArrowDown: { x: 0, z: -1 },
  ArrowRight: { x: 1, z: 0 },
});

export class Keys {
  #held = new Set();

  /** Takes a key that went down; returns whether it is one to walk with. */
  press(code) {
    if (!Object.hasOwn(DIRECTIONS, code)) return false;
    this.#held.add(code);
    return true;
  }

  /** Takes a key that came up. */
  release(code) {
    this.#held.delete(code);
  }

  /** Lets go of all keys: the page will not hear them come up. */
  releaseAll() {
    this.#held.clear();
  }

  /** What the held keys wish for, or null when none is held. */
  get wish() {
    if (this.#held.size === 0) return null;
    const held = [...this.#held].map((code) => DIRECTIONS[code]);
    const along = (axis) => Math.sign(held.reduce((sum, direction) => sum + direction[axis], 0));
    return { x: along("x"), z: along("z") };
  }
}
