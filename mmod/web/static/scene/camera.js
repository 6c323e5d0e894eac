// From metres to pixels of the screen: north is up, and the camera stands over one point.
//
// It holds whole pixels, so that what is drawn pixel on pixel stays so while it follows somebody.

/** Enlargements (px/m, of pixels of the style sheet) that zooming stops at. */
const STEPS = Object.freeze([1.25, 2, 3, 4.5, 6.5, 9, 13, 18, 26]);

/** The step a player begins with: a figure can be made out, and a minute's walk can be seen. */
const PLAY = 9;

/** The share of the window's smaller side that the circle of interest takes in the survey. */
const FILL = 0.94;

/** How fast (per s) the zoom nears its aim: about half a second altogether, and three times that on arrival. */
const HASTE = 7;
const ARRIVAL_HASTE = 2.2;

/** So close to its aim (a factor) the zoom is there. */
const CLOSE = 0.004;

/** Screens finer than this are drawn as if they were not: nobody sees it, and every pixel costs. */
const FINEST = 2;

/** The enlargement nearest to `scale` in a direction (1 in, -1 out), or the last one there is. */
function stepFrom(scale, direction) {
  const beyond =
    direction > 0 ? STEPS.filter((step) => step > scale * 1.01) : STEPS.filter((step) => step < scale * 0.99);
  return (direction > 0 ? beyond[0] : beyond.at(-1)) ?? (direction > 0 ? STEPS.at(-1) : STEPS[0]);
}

export class Camera {
  #haste = HASTE;
  #wanted = PLAY;
  #radius = 128;
  #isSurvey = false;
  #scale = PLAY;
  #point = { x: 0, z: 0 };

  /** Pixels of the screen. */
  width = 1;
  height = 1;
  /** Pixels of the screen to one of the style sheet. */
  ratio = 1;

  /** Takes the size of the window (px of the style sheet) and the radius of interest (m). */
  fit(width, height, radius) {
    this.ratio = Math.min(FINEST, window.devicePixelRatio || 1);
    this.width = Math.round(width * this.ratio);
    this.height = Math.round(height * this.ratio);
    this.#radius = radius;
  }

  /** Pixels of the screen to a metre: now, and when the zoom is done. */
  get scale() {
    return this.#scale * this.ratio;
  }

  get aim() {
    return (this.#isSurvey ? this.#surveyScale : this.#wanted) * this.ratio;
  }

  get isSurvey() {
    return this.#isSurvey;
  }

  /** The enlargement at which the whole circle of interest is in the window; of four decimals, as keys need it. */
  get #surveyScale() {
    const side = Math.min(this.width, this.height) / this.ratio;
    return Math.round(((side * FILL) / (2 * this.#radius)) * 1e4) / 1e4;
  }

  /** One step in (1) or out (-1). */
  zoom(direction) {
    this.#wanted = stepFrom(this.aim / this.ratio, direction);
    this.#isSurvey = false;
    this.#haste = HASTE;
  }

  /** Shows the whole circle of interest, or goes back. */
  survey(isOn = !this.#isSurvey) {
    this.#isSurvey = isOn;
    this.#haste = HASTE;
  }

  /** Stands high above, and comes down to where one plays. */
  arrive(isStill) {
    this.#isSurvey = false;
    this.#wanted = PLAY;
    this.#scale = isStill ? PLAY : this.#surveyScale;
    this.#haste = ARRIVAL_HASTE;
  }

  /** Goes on for `seconds`, over `point`. */
  move(point, seconds, isStill) {
    this.#point = point;
    const aim = this.aim / this.ratio;
    const part = isStill ? 1 : 1 - Math.exp(-this.#haste * seconds);
    this.#scale *= (aim / this.#scale) ** part;
    if (Math.abs(this.#scale / aim - 1) < CLOSE) this.#scale = aim;
  }

  /** What the window shows, in pixels of a world that has its origin at (0, 0). */
  get window() {
    const left = Math.round(this.#point.x * this.scale - this.width / 2);
    const top = Math.round(-this.#point.z * this.scale - this.height / 2);
    return { left, top, width: this.width, height: this.height };
  }

  /** The tile of `metres` a side over which the camera stands. */
  middleIn(metres) {
    return { column: this.#point.x / metres, row: -this.#point.z / metres };
  }

  /** A function from points to pixels, as of now. */
  get projection() {
    const { left, top } = this.window;
    const scale = this.scale;
    return ({ x, z }) => ({ left: x * scale - left, top: -z * scale - top });
  }

  /** The point below a pixel of the style sheet. */
  pointAt(x, y) {
    const { left, top } = this.window;
    return { x: (x * this.ratio + left) / this.scale, z: -(y * this.ratio + top) / this.scale };
  }

  /** What the window shows and `margin` (px) around it, in metres. */
  sight(margin) {
    const { left, top, width, height } = this.window;
    return {
      west: (left - margin) / this.scale,
      east: (left + width + margin) / this.scale,
      north: (margin - top) / this.scale,
      south: -(top + height + margin) / this.scale,
    };
  }
}
