// The world as the pictures tell it; everybody glides from where they were shown to where they are.

/** Milliseconds of a glide: a little more than lies between two pictures, so that nobody stops in between. */
export const GLIDE = 300;

/** Metres beyond which somebody was teleported, and does not glide. */
const LEAP = 40;

/** Decimetres in a metre, as positions come. */
const PRECISION = 10;

/** Points of a trail, one per picture: about ten seconds. */
const TRAIL = 40;

/** "p-2" comes before "p-10". */
const order = new Intl.Collator("en", { numeric: true });

export const cellKey = (cx, cz) => `${cx},${cz}`;

class Figure {
  constructor({ number, id, name, kind }) {
    Object.assign(this, { number, id, name, kind, trail: [], from: null, to: null, since: 0 });
  }

  /** It is at a point as of `now` (ms). */
  moveTo(point, now) {
    const shown = this.to === null ? point : this.at(now);
    const leap = Math.hypot(point.x - shown.x, point.z - shown.z) > LEAP;
    this.from = leap ? point : shown;
    this.to = point;
    this.since = now;
    this.#leaveTrail(point, leap);
  }

  #leaveTrail(point, leap) {
    if (this.kind === "bot") return;
    this.trail = leap ? [point] : [...this.trail.slice(1 - TRAIL), point];
  }

  /** Where it is shown at `now` (ms). */
  at(now) {
    const share = Math.min(1, (now - this.since) / GLIDE);
    return { x: this.from.x + (this.to.x - this.from.x) * share, z: this.from.z + (this.to.z - this.from.z) * share };
  }
}

export class Atlas {
  world = null;
  tick = 0;
  vitals = null;
  hidden = 0;
  /** Of each active cell {cx, cz, players, bots}, by `cellKey`. */
  cells = new Map();
  /** Figures by number. */
  figures = new Map();
  /** Those who are players, by id. */
  players = [];

  /** Takes a picture at `now` (ms); a whole one replaces what was known of cells. */
  take(picture, now) {
    if (picture.world !== undefined) {
      this.world = picture.world;
      this.cells.clear();
    }
    this.tick = picture.tick;
    this.vitals = picture.vitals;
    this.hidden = picture.hidden;
    for (const [cx, cz, players, bots] of picture.cells) this.cells.set(cellKey(cx, cz), { cx, cz, players, bots });
    for (const [cx, cz] of picture.gone) this.cells.delete(cellKey(cx, cz));
    this.#takeFigures(picture, now);
  }

  #takeFigures({ named, entities }, now) {
    const fresh = new Map(named.map((who) => [who.number, who]));
    const present = new Map();
    for (const [number, x, z] of entities) {
      const figure = this.figures.get(number) ?? new Figure(fresh.get(number));
      figure.moveTo({ x: x / PRECISION, z: z / PRECISION }, now);
      present.set(number, figure);
    }
    this.figures = present;
    const players = [...present.values()].filter(({ kind }) => kind === "player");
    this.players = players.sort((one, other) => order.compare(one.id, other.id));
  }

  /** The player of an id, undefined when it is not in the world. */
  player(id) {
    return this.players.find((player) => player.id === id);
  }
}
