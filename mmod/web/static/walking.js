// From keys to `input` messages: one whenever the wish changes, and one a second while it stays.

/** How often (ms) an unchanged input is repeated: the server drops a client it has not heard for 30 s. */
const REPEAT = 1000;

/** The shortest time (s) between two inputs that is reported: the protocol asks for more than 0. */
const SHORTEST = 0.001;

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

export class Walker {
  #send;
  #held = new Set();
  #intent = { x: 0, z: 0 };
  #sentAt = 0;
  #timer = 0;

  /** The highest `seq` used; it rises for as long as the page lives. */
  seq = 0;

  constructor(send) {
    this.#send = send;
  }

  /** Begins to send, after what the server says it has applied. */
  start(ack) {
    this.seq = Math.max(this.seq, ack);
    this.#sentAt = performance.now();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#say(), REPEAT);
    this.#say();
  }

  /** Stops sending; keys that are held count again after the next `start`. */
  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  /** Takes a key that went down; returns whether it is one to walk with. */
  press(code) {
    if (!Object.hasOwn(DIRECTIONS, code)) return false;
    this.#held.add(code);
    this.#decide();
    return true;
  }

  /** Takes a key that came up. */
  release(code) {
    if (this.#held.delete(code)) this.#decide();
  }

  /** Lets go of all keys: the page will not hear them come up. */
  releaseAll() {
    this.#held.clear();
    this.#decide();
  }

  /** Repeats the input if that is overdue: browsers slow the timers of a page nobody looks at, but not its messages. */
  keepAlive() {
    if (this.#timer && performance.now() - this.#sentAt > REPEAT) this.#say();
  }

  #decide() {
    const held = [...this.#held].map((code) => DIRECTIONS[code]);
    const along = (axis) => Math.sign(held.reduce((sum, direction) => sum + direction[axis], 0));
    const intent = { x: along("x"), z: along("z") };
    if (intent.x === this.#intent.x && intent.z === this.#intent.z) return;
    this.#intent = intent;
    if (this.#timer) this.#say();
  }

  #say() {
    const now = performance.now();
    const dt = Math.max(SHORTEST, (now - this.#sentAt) / 1000);
    this.seq += 1;
    this.#send({ type: "input", seq: this.seq, dt, intent: this.#intent });
    this.#sentAt = now;
  }
}
