// What this client knows of the world: the last state, and where everything is between it and the one before.
//
// Times are ms of one monotonic clock and always an argument.

/** Farther (m) than anybody walks between two states, even after a pause: a teleport is shown as a jump. */
const JUMP = 32;

/** The longest (s) a step from one state to the next is drawn out when states are missing. */
const LONGEST_STEP = 0.5;

/** One thing that moves from where it was last shown to where the last state puts it. */
class Track {
  #from;
  #to;
  #since;
  #step;

  constructor(pos, now) {
    this.#from = this.#to = pos;
    this.#since = now;
    this.#step = 0;
  }

  /** Heads for `pos`, to be reached `step` ms after `now`. */
  head(pos, now, step) {
    const shown = this.at(now);
    this.#from = Math.hypot(pos.x - shown.x, pos.z - shown.z) > JUMP ? pos : shown;
    this.#to = pos;
    this.#since = now;
    this.#step = step;
  }

  at(now) {
    const part = this.#step > 0 ? Math.min(1, Math.max(0, (now - this.#since) / this.#step)) : 1;
    return {
      x: this.#from.x + (this.#to.x - this.#from.x) * part,
      z: this.#from.z + (this.#to.z - this.#from.z) * part,
    };
  }
}

export class World {
  #tracks = new Map();

  config = null;
  playerId = "";
  ack = 0;
  tick = 0;
  cell = null;
  position = { x: 0, z: 0 };
  velocity = { x: 0, z: 0 };
  /** Everybody in sight but the player, as in the last state. */
  entities = [];
  inventory = null;
  equipment = null;
  skills = {};
  encumbrance = null;

  /** Begins with what a `join_ack` says. */
  join(data, now) {
    const { playerID, config, ack, tick, cell, pos, inventory, equipment, skills, encumbrance } = data;
    Object.assign(this, { playerId: playerID, config, ack, tick, cell, inventory, equipment, skills, encumbrance });
    this.position = pos;
    this.velocity = { x: 0, z: 0 };
    this.entities = [];
    this.#tracks = new Map([[playerID, new Track(pos, now)]]);
  }

  /** Takes in a `state`. */
  update(data, now) {
    const step = this.#stepTo(data.tick);
    const { ack, tick, player, entities, inventory, equipment, skills } = data;
    Object.assign(this, { ack, tick, entities, position: player.pos, velocity: player.vel });
    this.inventory = inventory ?? this.inventory;
    this.encumbrance = inventory?.encumbrance ?? this.encumbrance;
    this.equipment = equipment ?? this.equipment;
    this.skills = skills ?? this.skills;
    this.#follow([{ id: this.playerId, pos: player.pos }, ...entities], now, step);
  }

  /** Takes in a `handover`. */
  handOver({ to }) {
    this.cell = to;
  }

  /** Where something in sight, or the player, is to be shown. */
  shown(id, now) {
    return this.#tracks.get(id).at(now);
  }

  /** How long (ms) the way from the present state to the one of `tick` is to take. */
  #stepTo(tick) {
    const seconds = (tick - this.tick) / this.config.tick_hz;
    return 1000 * Math.min(LONGEST_STEP, Math.max(1 / this.config.tick_hz, seconds));
  }

  /** Whoever is new appears where it is; whoever is missing is forgotten. */
  #follow(moving, now, step) {
    const before = this.#tracks;
    this.#tracks = new Map();
    for (const { id, pos } of moving) {
      const track = before.get(id) ?? new Track(pos, now);
      track.head(pos, now, step);
      this.#tracks.set(id, track);
    }
  }
}
