// Walking with a mouse or a finger: to where one points, and on as long as one holds; two fingers or a wheel zoom.

/** So near (m) to the aim one is there, and within this distance (m) one walks more slowly. */
const THERE = 0.25;
const SLOWING = 1.2;

/** Turning the wheel this far (px) is one step of the zoom, and so is spreading two fingers by this factor. */
const WHEEL_STEP = 60;
const PINCH_STEP = 1.35;

/** After this time (ms) without a turn the wheel begins anew. */
const WHEEL_REST = 250;

/** A player who is that far (m) from where it was a frame ago did not walk there. */
const LEAP = 10;

/** So coarse that a straight walk stays one wish, and is not said again with every frame. */
const rounded = (part) => Math.round(part * 50) / 50;

export class Pointer {
  #camera;
  #isAllowed;
  /** Pointers that are down, by their id, in pixels of the style sheet. */
  #down = new Map();
  #target = null;
  #pinch = 0;
  /** Whether two fingers have been down since none was: they zoom, and the one that is left walks nowhere. */
  #hasPinched = false;
  /** Where the player was a frame ago, or null while something else walks it. */
  #last = null;
  #wheel = { turned: 0, at: 0 };

  /** Listens to a canvas; `isAllowed()` tells whether there is anybody to walk. */
  constructor(canvas, camera, isAllowed) {
    this.#camera = camera;
    this.#isAllowed = isAllowed;
    canvas.addEventListener("pointerdown", (event) => this.#press(event, canvas));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this.#release(event));
    canvas.addEventListener("wheel", (event) => this.#turn(event), { passive: false });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /** Where the player is bound for, or null. */
  get target() {
    return this.#target;
  }

  /** Forgets where to. */
  forget() {
    this.#target = null;
    this.#last = null;
  }

  /** Lets go of what is held, too: the page may not hear it come up. */
  letGo() {
    this.#down.clear();
    this.#hasPinched = false;
    this.forget();
  }

  /** What to wish for at `pos`, or null when there is no aim; arriving ends it, and so does a teleport. */
  wish(pos) {
    const hasLeapt = this.#last !== null && Math.hypot(pos.x - this.#last.x, pos.z - this.#last.z) > LEAP;
    if (hasLeapt) this.forget();
    this.#last = pos;
    this.#follow();
    if (this.#target === null) return null;
    const [x, z] = [this.#target.x - pos.x, this.#target.z - pos.z];
    const far = Math.hypot(x, z);
    if (far < THERE) {
      if (this.#down.size === 0) this.#target = null;
      return { x: 0, z: 0 };
    }
    const speed = Math.min(1, Math.max(0.3, far / SLOWING)) / far;
    return { x: rounded(x * speed), z: rounded(z * speed) };
  }

  /** A held pointer stays on its pixel while the world moves below it. */
  #follow() {
    if (this.#down.size !== 1 || this.#hasPinched) return;
    const [{ x, y }] = this.#down.values();
    this.#target = this.#camera.pointAt(x, y);
  }

  #press(event, canvas) {
    if (event.button !== 0 || !this.#isAllowed()) return;
    canvas.setPointerCapture(event.pointerId);
    this.#down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.#down.size === 2) {
      this.#target = null;
      this.#hasPinched = true;
      this.#pinch = this.#spread;
    }
  }

  #move(event) {
    if (!this.#down.has(event.pointerId)) return;
    this.#down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.#down.size !== 2) return;
    const factor = this.#spread / this.#pinch;
    if (factor < PINCH_STEP && factor > 1 / PINCH_STEP) return;
    this.#camera.zoom(factor > 1 ? 1 : -1);
    this.#pinch = this.#spread;
  }

  #release(event) {
    this.#follow();
    this.#down.delete(event.pointerId);
    if (this.#down.size === 0) this.#hasPinched = false;
  }

  get #spread() {
    const [one, other] = this.#down.values();
    return Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
  }

  #turn(event) {
    event.preventDefault();
    const rested = event.timeStamp - this.#wheel.at > WHEEL_REST;
    const turned = (rested ? 0 : this.#wheel.turned) + event.deltaY * (event.deltaMode ? WHEEL_STEP : 1);
    if (Math.abs(turned) >= WHEEL_STEP) this.#camera.zoom(turned < 0 ? 1 : -1);
    this.#wheel = { turned: Math.abs(turned) >= WHEEL_STEP ? 0 : turned, at: event.timeStamp };
  }
}
