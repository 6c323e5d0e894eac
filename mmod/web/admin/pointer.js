// Moving and enlarging the map by mouse, finger and key.

/** Pixels a pointer may move and still click. */
const STILL = 6;

/** How much a turn of the wheel, and a key, enlarges. */
const WHEEL = 0.0015;
const STEP = 1.35;

/** Pixels an arrow key moves the map. */
const NUDGE = 60;

const ARROWS = { ArrowLeft: [NUDGE, 0], ArrowRight: [-NUDGE, 0], ArrowUp: [0, NUDGE], ArrowDown: [0, -NUDGE] };

export class Pointer {
  #camera;
  #touches = new Map();
  #travelled = 0;

  /** `moved` is called after each change, `clicked` with the pixel of a click, `all` to show everything. */
  constructor(canvas, camera, { moved, clicked, all }) {
    this.#camera = camera;
    canvas.addEventListener("pointerdown", (event) => this.#down(canvas, event));
    canvas.addEventListener("pointermove", (event) => this.#move(event) && moved());
    canvas.addEventListener("pointerup", (event) => this.#up(event) && clicked(event.offsetX, event.offsetY));
    canvas.addEventListener("pointercancel", (event) => this.#touches.delete(event.pointerId));
    canvas.addEventListener("wheel", (event) => (this.#wheel(event), moved()), { passive: false });
    canvas.addEventListener("keydown", (event) => this.#key(event, all) && moved());
  }

  /** Enlarges by `steps`, which may be negative. */
  zoom(steps) {
    this.#camera.zoomBy(STEP ** steps);
  }

  #down(canvas, event) {
    canvas.setPointerCapture(event.pointerId);
    if (this.#touches.size === 0) this.#travelled = 0;
    this.#touches.set(event.pointerId, { left: event.offsetX, top: event.offsetY });
  }

  #move(event) {
    const before = this.#touches.get(event.pointerId);
    if (before === undefined) return false;
    const now = { left: event.offsetX, top: event.offsetY };
    this.#travelled += Math.hypot(now.left - before.left, now.top - before.top);
    const other = [...this.#touches].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) this.#camera.panBy(now.left - before.left, now.top - before.top);
    else this.#pinch(other, before, now);
    this.#touches.set(event.pointerId, now);
    return true;
  }

  #pinch(other, before, now) {
    const spread = (point) => Math.max(1, Math.hypot(point.left - other.left, point.top - other.top));
    this.#camera.zoomBy(spread(now) / spread(before), (now.left + other.left) / 2, (now.top + other.top) / 2);
    this.#travelled += STILL;
  }

  #up(event) {
    return this.#touches.delete(event.pointerId) && this.#travelled < STILL;
  }

  #wheel(event) {
    event.preventDefault();
    this.#camera.zoomBy(Math.exp(-event.deltaY * WHEEL), event.offsetX, event.offsetY);
  }

  #key(event, all) {
    if (event.key in ARROWS) this.#camera.panBy(...ARROWS[event.key]);
    else if (event.key === "+" || event.key === "=") this.zoom(1);
    else if (event.key === "-") this.zoom(-1);
    else if (event.key === "0") all();
    else return false;
    event.preventDefault();
    return true;
  }
}
