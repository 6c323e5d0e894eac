// The stick for a thumb: how far and where it is pushed is where and how fast one walks.

/** How far (px) the knob goes, and how much of that is still standing: thumbs tremble. */
const REACH = 46;
const REST = 7;

export class Stick {
  #knob;
  #wish = null;

  /** Listens to `base`, and moves `knob` in it. */
  constructor(base, knob) {
    this.#knob = knob;
    base.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      base.setPointerCapture(event.pointerId);
      this.#push(event, base);
    });
    base.addEventListener("pointermove", (event) => base.hasPointerCapture(event.pointerId) && this.#push(event, base));
    for (const name of ["pointerup", "pointercancel"]) base.addEventListener(name, () => this.release());
  }

  /** What the thumb wishes for, or null when there is none. */
  get wish() {
    return this.#wish;
  }

  #push({ clientX, clientY }, base) {
    const { left, top, width, height } = base.getBoundingClientRect();
    const [x, y] = [clientX - left - width / 2, clientY - top - height / 2];
    const far = Math.hypot(x, y);
    const part = Math.min(1, far / REACH);
    this.#wish = far < REST ? { x: 0, z: 0 } : { x: (x / far) * part, z: (-y / far) * part };
    const shown = Math.min(1, REACH / Math.max(far, 1));
    this.#knob.style.translate = `${x * shown}px ${y * shown}px`;
  }

  /** Lets the knob go. */
  release() {
    this.#wish = null;
    this.#knob.style.translate = "";
  }
}
