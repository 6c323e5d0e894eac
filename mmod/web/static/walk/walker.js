// What the player wishes for, out of all that it can be said with: keys come first, then the stick, then the pointer.

const STANDING = Object.freeze({ x: 0, z: 0 });

export class Walker {
  #client;
  #keys;
  #stick;
  #pointer;
  #isMoving = false;

  constructor({ client, keys, stick, pointer }) {
    this.#client = client;
    this.#keys = keys;
    this.#stick = stick;
    this.#pointer = pointer;
  }

  /** Says what is wished now; to be called with every frame. */
  step() {
    const self = this.#client.self;
    if (self === null) return;
    const wish = this.#keys.wish ?? this.#stick.wish;
    if (wish) this.#pointer.forget();
    this.#say(wish ?? this.#pointer.wish(self.pos) ?? STANDING);
  }

  /** Stands still, and lets go of everything: nobody looks, and no frame will come to steer by. */
  rest() {
    this.#keys.releaseAll();
    this.#stick.release();
    this.#pointer.letGo();
    if (this.#client.self !== null) this.#say(STANDING);
  }

  #say(wish) {
    const isMoving = wish.x !== 0 || wish.z !== 0;
    if (isMoving || this.#isMoving) this.#client.walk(wish);
    this.#isMoving = isMoving;
  }
}
