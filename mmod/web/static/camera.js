// From metres to pixels: north is up, and the camera stands over the player.

/** Bounds of the scale in pixels per metre: a cell of 256 m in a thumbnail, a single step across a hand. */
const LEAST_SCALE = 0.25;
const MOST_SCALE = 40;

/** The share of the window's smaller side that the circle of interest takes at first. */
const FILL = 0.92;

export class Camera {
  #zoom = 1;

  width = 1;
  height = 1;
  scale = 1;
  x = 0;
  z = 0;

  /** Fits a circle of `radius` metres into a window of this size in pixels, then zooms. */
  fit(width, height, radius) {
    this.width = width;
    this.height = height;
    const fitting = (Math.min(width, height) * FILL) / (2 * radius);
    this.scale = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, fitting * this.#zoom));
    this.#zoom = this.scale / fitting;
  }

  /** Enlarges by a factor, from the next `fit` on. */
  zoomBy(factor) {
    this.#zoom *= factor;
  }

  /** Stands over a point. */
  moveTo({ x, z }) {
    this.x = x;
    this.z = z;
  }

  /** The pixel of a point. */
  pixel({ x, z }) {
    return { left: this.width / 2 + (x - this.x) * this.scale, top: this.height / 2 - (z - this.z) * this.scale };
  }

  /** What the window shows, in metres. */
  get sight() {
    const [halfWidth, halfHeight] = [this.width / 2 / this.scale, this.height / 2 / this.scale];
    return {
      west: this.x - halfWidth,
      east: this.x + halfWidth,
      south: this.z - halfHeight,
      north: this.z + halfHeight,
    };
  }
}
