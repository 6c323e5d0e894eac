// A platform on paper: a clock that stands still until it is told, and sockets whose other end is the test.

import { Client } from "../../../../mmod/web/client/mmod.js";

/** A WebSocket; the test plays the server with `open`, `say`, `lose`. */
class PaperSocket {
  readyState = 0;
  protocol = "";
  sent = [];

  constructor(url, protocols) {
    Object.assign(this, { url, protocols });
  }

  send(frame) {
    this.sent.push(JSON.parse(frame));
  }

  close() {
    this.readyState = 3;
  }

  open(protocol = "mmod.v1.json") {
    this.readyState = 1;
    this.protocol = protocol;
    this.onopen({});
  }

  say(type, data) {
    this.onmessage({ data: JSON.stringify({ type, data }) });
  }

  lose(code = 1006) {
    this.readyState = 3;
    this.onclose({ code });
  }

  /** What was sent of a type. */
  all(type) {
    return this.sent.filter((message) => message.type === type);
  }
}

/** A storage on paper. */
export function paperStorage() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
    kept,
  };
}

/** Lets everything run that waits for nothing but its turn. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));

export class Desk {
  #timers = new Map();
  #lastTimer = 0;
  now = 0;
  chance = 0.5;
  sockets = [];
  told = [];

  constructor(options = {}) {
    this.client = new Client({ url: "ws://game.example/ws", token: "dev:ada", ...options, platform: this.#platform() });
    for (const name of ["phase", "join", "handover", "result", "telemetry", "error", "belongings"]) {
      this.client.on(name, (event) => this.told.push([name, event]));
    }
  }

  #platform() {
    const { sockets } = this;
    return {
      WebSocket: class extends PaperSocket {
        constructor(...given) {
          super(...given);
          sockets.push(this);
        }
      },
      now: () => this.now,
      random: () => this.chance,
      setTimeout: (callback, ms) => {
        this.#timers.set((this.#lastTimer += 1), { at: this.now + ms, callback });
        return this.#lastTimer;
      },
      clearTimeout: (timer) => this.#timers.delete(timer),
    };
  }

  get socket() {
    return this.sockets.at(-1);
  }

  get phases() {
    return this.told.filter(([name]) => name === "phase").map(([, { name }]) => name);
  }

  /** Events of a name. */
  all(wanted) {
    return this.told.filter(([name]) => name === wanted).map(([, event]) => event);
  }

  /** Lets so many ms pass, timer by timer. */
  async pass(ms) {
    const end = this.now + ms;
    for (;;) {
      const [due] = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, one], [, other]) => one.at - other.at);
      if (due === undefined) break;
      const [timer, { at, callback }] = due;
      this.#timers.delete(timer);
      this.now = Math.max(this.now, at);
      callback();
      await turn();
    }
    this.now = end;
    await turn();
  }

  get timers() {
    return this.#timers.size;
  }

  /** The client connects and the server lets it in. */
  async join(changes = {}) {
    this.client.connect();
    await this.admit(changes);
  }

  /** The server lets in whoever is connecting. */
  async admit(changes = {}) {
    await turn();
    this.socket.open();
    this.socket.say("join_ack", joinAck(changes));
    await turn();
  }

  /** The server shows a state. */
  async show(changes = {}) {
    this.socket.say("state", state(changes));
    await turn();
  }
}

const LOAD = { current_weight: 0, max_weight: 100, current_bulk: 0, max_bulk: 90, weight_pct: 0, bulk_pct: 0 };
export const ENCUMBRANCE = { ...LOAD, movement_penalty: 1 };

/** An inventory: `[instance id, compartment]` each. */
export function inventory(...items) {
  return {
    items: items.map(([instance_id, compartment = "backpack"]) => ({
      instance: { instance_id, template_id: "cap_wool", quantity: 1, durability: 100 },
      compartment,
    })),
    compartment_caps: { backpack: 50, belt: 10, craft_bag: 30 },
    weight_limit: 100,
    encumbrance: ENCUMBRANCE,
  };
}

/** Equipment: instance id by slot. */
export function equipment(worn = {}, cooldown_remaining = 0) {
  const slots = Object.entries(worn).map(([slot, instance_id]) => [
    slot,
    { instance: { instance_id, template_id: "cap_wool", quantity: 1, durability: 100 }, cooldown_remaining },
  ]);
  return { slots: Object.fromEntries(slots) };
}

export function joinAck(changes = {}) {
  return {
    playerID: "ada",
    cell: { cx: 0, cz: 0 },
    resumeToken: "token-1",
    resumed: false,
    ack: 0,
    tick: 100,
    pos: { x: 0, z: 0 },
    config: { tick_hz: 20, snapshot_hz: 10, aoi_radius: 128, cell_size: 256, handover_hysteresis: 2, move_speed: 3 },
    inventory: inventory(["cap-1"]),
    equipment: equipment(),
    skills: {},
    encumbrance: ENCUMBRANCE,
    ...changes,
  };
}

export function state(changes = {}) {
  const player = { id: "ada", pos: { x: 0, z: 0 }, vel: { x: 0, z: 0 } };
  return { ack: 0, tick: 102, player, entities: [], ...changes };
}

export function result(changes = {}) {
  return { operation: "equip", slot: "head", success: true, code: "success", message: "equipped", seq: 1, ...changes };
}
