// Reads the binary dialect `mmod.v1.delta`: from binary states to the messages that `mmod.v1.json` would have sent.
//
// It takes a state apart in the order of docs/protocol/delta.md, and stands alone: no import, no browser.

export const DELTA_SUBPROTOCOL = "mmod.v1.delta";

const CROWD_CHANGED = 0x01;
const PART_FLAGS = Object.freeze({ inventory: 0x02, equipment: 0x04, skills: 0x08 });
const ALL_FLAGS = 0x0f;

/** In place of a correction: the motion follows in a short or in a whole record. */
const SHORT = 0x00;
const WHOLE = 0x01;

/** What stands for no correction in each half of the byte. */
const CENTRE = 8;

const KINDS = Object.freeze(["player", "bot"]);

const CM_PER_M = 100;
const MM_PER_M = 1000;
const MM_PER_CM = 10;

/** A binary state that makes no sense. */
export class BadDelta extends Error {}

/** A place in a payload that only goes on. */
class Reader {
  #view;
  #at = 0;

  constructor(buffer) {
    this.#view = new DataView(buffer);
  }

  /** Returns where the next `size` bytes begin, and goes on behind them. */
  #step(size) {
    const start = this.#at;
    this.#at += size;
    if (this.#at > this.#view.byteLength) throw new BadDelta("it ends too early");
    return start;
  }

  bytes(size) {
    return new Uint8Array(this.#view.buffer, this.#step(size), size);
  }

  varint() {
    let number = 0;
    for (let unit = 1; unit <= Number.MAX_SAFE_INTEGER; unit *= 128) {
      const byte = this.#view.getUint8(this.#step(1));
      number += (byte & 0x7f) * unit;
      if (number > Number.MAX_SAFE_INTEGER) break;
      if (byte < 0x80) return number;
    }
    throw new BadDelta("a number is too large");
  }

  text() {
    const bytes = this.bytes(this.varint());
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new BadDelta("a text is not UTF-8");
    }
  }

  json() {
    const text = this.text();
    try {
      return JSON.parse(text);
    } catch {
      throw new BadDelta("a part is not JSON");
    }
  }

  short() {
    const start = this.#step(8);
    return [0, 2, 4, 6].map((offset) => this.#view.getInt16(start + offset, true));
  }

  whole() {
    const start = this.#step(32);
    return [0, 8, 16, 24].map((offset) => this.#view.getFloat64(start + offset, true));
  }

  end() {
    if (this.#at !== this.#view.byteLength) throw new BadDelta("bytes are left over");
  }
}

/** One entity: cm and mm/s. */
class Seen {
  constructor(kind, id, name, [x, z, vx, vz]) {
    Object.assign(this, { kind, id, name, x, z, vx, vz });
  }

  goOn(ticks, tickHz) {
    this.x += Math.floor((this.vx * ticks) / (MM_PER_CM * tickHz) + 0.5);
    this.z += Math.floor((this.vz * ticks) / (MM_PER_CM * tickHz) + 0.5);
  }

  correct(code) {
    if (code >> 4 === 0 || (code & 0x0f) === 0) throw new BadDelta("a byte is no correction");
    this.x += (code >> 4) - CENTRE;
    this.z += (code & 0x0f) - CENTRE;
  }

  turn([dx, dz, vx, vz]) {
    Object.assign(this, { x: this.x + dx, z: this.z + dz, vx, vz });
  }

  jump([x, z, vx, vz]) {
    Object.assign(this, { x, z, vx, vz });
  }

  /** Returns what a state says of the player itself. */
  moving() {
    return {
      id: this.id,
      pos: { x: this.x / CM_PER_M, z: this.z / CM_PER_M },
      vel: { x: this.vx / MM_PER_M, z: this.vz / MM_PER_M },
    };
  }

  /** Returns what a state says of others. */
  complete() {
    return { ...this.moving(), kind: this.kind, name: this.name };
  }
}

/** One connection, from its `join_ack`, whose `config` tells `tickHz`; a new connection needs a new decoder. */
export class DeltaDecoder {
  #tickHz;
  #tick = 0;
  #seen = [];

  constructor(tickHz) {
    this.#tickHz = tickHz;
  }

  /** Returns the state in an ArrayBuffer as a message; throws `BadDelta`, and is of no use afterwards. */
  decode(buffer) {
    const read = new Reader(buffer);
    const flags = read.varint();
    if (flags > ALL_FLAGS) throw new BadDelta("it has flags that mean nothing");
    const ticks = read.varint();
    const ack = read.varint();
    const count = read.varint();
    this.#tick += ticks;
    this.#moveOn(read, (flags & CROWD_CHANGED) !== 0, ticks, count);
    const [player, ...others] = this.#seen;
    const data = { ack, tick: this.#tick, player: player.moving(), entities: others.map((other) => other.complete()) };
    for (const [name, flag] of Object.entries(PART_FLAGS)) if (flags & flag) data[name] = read.json();
    read.end();
    return { type: "state", data };
  }

  /** Brings the list up to this state. */
  #moveOn(read, crowdChanged, ticks, count) {
    if (crowdChanged) this.#leave(read);
    const entered = crowdChanged ? enteredIn(read) : [];
    this.#correct(read, ticks);
    for (const [place, seen] of entered) {
      if (place > this.#seen.length) throw new BadDelta("somebody entered behind the end of the list");
      this.#seen.splice(place, 0, seen);
    }
    if (this.#seen.length !== count || count === 0) throw new BadDelta("the list has another length");
  }

  #leave(read) {
    const places = new Set();
    let place = -1;
    for (let left = read.varint(); left > 0; left -= 1) {
      place += read.varint() + 1;
      if (place >= this.#seen.length) throw new BadDelta("somebody left who was not there");
      places.add(place);
    }
    this.#seen = this.#seen.filter((_, at) => !places.has(at));
  }

  /** Moves all who stayed to where they are now. */
  #correct(read, ticks) {
    const codes = read.bytes(this.#seen.length);
    this.#seen.forEach((seen, at) => {
      seen.goOn(ticks, this.#tickHz);
      if (codes[at] !== SHORT && codes[at] !== WHOLE) seen.correct(codes[at]);
    });
    this.#seen.forEach((seen, at) => codes[at] === SHORT && seen.turn(read.short()));
    this.#seen.forEach((seen, at) => codes[at] === WHOLE && seen.jump(read.whole()));
  }
}

/** Returns who entered, each with its place in the new list. */
function enteredIn(read) {
  const entered = [];
  let place = -1;
  for (let left = read.varint(); left > 0; left -= 1) {
    place += read.varint() + 1;
    const kind = KINDS[read.varint()];
    if (kind === undefined) throw new BadDelta("there is no such kind");
    entered.push([place, new Seen(kind, read.text(), read.text(), read.whole())]);
  }
  return entered;
}
