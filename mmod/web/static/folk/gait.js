// How those who move put their feet: it follows from the way they went, so a burdened walker steps slowly.

/** The length (m) of the four poses of one double step. */
const DOUBLE_STEP = 2.2;

/** The stride of each pose, -1 to 1. */
const STRIDES = Object.freeze([0, 1, 0, -1]);

/** Slower (m/s) than this is standing. */
const STANDING = 0.05;

/** How much more a way must lead to a side than up or down before the figure is turned to the side. */
const SIDEWAYS = 1.15;

/** Which side is seen of somebody who faces this angle (radians from east, counter-clockwise), and whether mirrored. */
export function sideOf(facing) {
  const [east, north] = [Math.cos(facing), Math.sin(facing)];
  if (Math.abs(east) * SIDEWAYS > Math.abs(north)) return { side: "east", isMirrored: east < 0 };
  return { side: north > 0 ? "north" : "south", isMirrored: false };
}

export class Gaits {
  #gaits = new Map();

  /** The stride of each walker `{id, pos, vel}`, in the order given; who is gone is forgotten. */
  walk(walkers) {
    const before = this.#gaits;
    this.#gaits = new Map();
    return walkers.map((walker) => this.#stride(walker, before.get(walker.id)));
  }

  #stride({ id, pos, vel }, known) {
    const way = known ? known.way + Math.min(1, Math.hypot(pos.x - known.pos.x, pos.z - known.pos.z)) : 0;
    const isStanding = Math.hypot(vel.x, vel.z) < STANDING;
    this.#gaits.set(id, { pos, way });
    return isStanding ? 0 : STRIDES[Math.floor((way / DOUBLE_STEP) * STRIDES.length) % STRIDES.length];
  }
}
