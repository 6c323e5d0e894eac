// What the server last said of the player, to be read as it is.  Pure: times are ms of the local clock.

export class World {
  /** By slot: the local time (ms) at which it takes something again. */
  #freeAt = new Map();

  playerId = null;
  config = null;
  cell = null;
  inventory = null;
  equipment = null;
  skills = null;
  encumbrance = null;
  /** How many others the last state had. */
  inSight = 0;

  /** Begins with what a `join_ack` says. */
  join({ playerID, config, cell, inventory, equipment, skills, encumbrance }, now) {
    if (playerID !== this.playerId) this.#freeAt.clear();
    Object.assign(this, { playerId: playerID, config, cell, inventory, skills, encumbrance });
    this.#wear(equipment, now);
  }

  /** Takes in a `state`; returns whether belongings are other than before. */
  update({ entities, inventory, equipment, skills }, now) {
    this.inSight = entities.length;
    if (inventory) Object.assign(this, { inventory, encumbrance: inventory.encumbrance });
    if (equipment) this.#wear(equipment, now);
    if (skills) this.skills = skills;
    return Boolean(inventory || equipment || skills);
  }

  /** Takes in a `handover`. */
  handOver({ to }) {
    this.cell = to;
  }

  /** Seconds until a slot takes something. */
  cooldown(slot, now) {
    return Math.max(0, ((this.#freeAt.get(slot) ?? now) - now) / 1000);
  }

  get belongings() {
    const { inventory, equipment, skills, encumbrance } = this;
    return { inventory, equipment, skills, encumbrance };
  }

  /** A slot that was emptied is not mentioned, and cools down further. */
  #wear(equipment, now) {
    this.equipment = equipment;
    for (const [slot, { cooldown_remaining }] of Object.entries(equipment.slots)) {
      this.#freeAt.set(slot, now + 1000 * cooldown_remaining);
    }
  }
}
