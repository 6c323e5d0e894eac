// Where on the canvas a point of the world is.  Metres; x east, z north, which is up.

/** Pixels per metre: from the whole world on a phone to a player's steps. */
const FARTHEST = 0.002;
const CLOSEST = 12;

/** The share of the canvas that "everything" fills. */
const FILLED = 0.86;

export class Camera {
  x = 0;
  z = 0;
  scale = 0.6;
  width = 1;
  height = 1;
  margin = { right: 0, bottom: 0 };

  /** The canvas has this size (px), of which `margin` lies under the panel. */
  resize(width, height, margin) {
    Object.assign(this, { width, height, margin });
  }

  get #middle() {
    return { left: (this.width - this.margin.right) / 2, top: (this.height - this.margin.bottom) / 2 };
  }

  pixel({ x, z }) {
    const { left, top } = this.#middle;
    return { left: left + (x - this.x) * this.scale, top: top - (z - this.z) * this.scale };
  }

  point(left, top) {
    const middle = this.#middle;
    return { x: this.x + (left - middle.left) / this.scale, z: this.z - (top - middle.top) / this.scale };
  }

  /** Moves by pixels. */
  panBy(left, top) {
    this.x -= left / this.scale;
    this.z += top / this.scale;
  }

  /** Enlarges by a factor; what is at this pixel stays there. */
  zoomBy(factor, left = this.#middle.left, top = this.#middle.top) {
    const before = this.point(left, top);
    this.scale = Math.min(CLOSEST, Math.max(FARTHEST, this.scale * factor));
    const after = this.point(left, top);
    this.x += before.x - after.x;
    this.z += before.z - after.z;
  }

  /** Shows a rectangle (m) whole. */
  fit({ west, south, east, north }) {
    const { left, top } = this.#middle;
    this.x = (west + east) / 2;
    this.z = (south + north) / 2;
    const room = Math.min((2 * left) / (east - west), (2 * top) / (north - south));
    this.scale = Math.min(CLOSEST / 4, Math.max(FARTHEST, FILLED * room));
  }

  /** The rectangle (m) in the window. */
  get sight() {
    const [northWest, southEast] = [this.point(0, 0), this.point(this.width, this.height)];
    return { west: northWest.x, north: northWest.z, east: southEast.x, south: southEast.z };
  }
}
