// The client: one player, from `connect` to `leave`.  It joins the parts: what comes from the connection goes to what
// is known and shown, what is wished goes out in time, and what waits for an answer is not forgotten.

import { Commands } from "./commands.js";
import { Connection } from "./connection.js";
import { DELTA_SUBPROTOCOL } from "./delta.js";
import { Inputs } from "./inputs.js";
import { Listeners } from "./listeners.js";
import { Meters } from "./meters.js";
import { completed } from "./platform.js";
import { Resumption } from "./resumption.js";
import { Scene } from "./scene.js";
import { World } from "./world.js";

/** What this client speaks, the one it likes best first. */
export const DIALECTS = Object.freeze([DELTA_SUBPROTOCOL, "mmod.v1.json"]);

const EVENTS = Object.freeze(["phase", "join", "state", "handover", "result", "telemetry", "error", "belongings"]);

/** The compartment the server uses where none is named. */
const DEFAULT_COMPARTMENT = "backpack";

export class Client {
  #platform;
  #connection;
  #resumption;
  #commands;
  #listeners = new Listeners(EVENTS);
  #inputs = new Inputs();
  #meters = new Meters();
  #scene = new Scene();
  #world = new World();
  #timer = null;

  constructor({ url, token, dialects = DIALECTS, resume = null, platform }) {
    this.#platform = completed(platform);
    this.#resumption = new Resumption(resume, String(url));
    this.#commands = new Commands({
      send: (message) => this.#connection.send(message),
      settled: (result) => this.#listeners.tell("result", result),
      changed: (journal) => this.#keep(journal),
    });
    this.#connection = new Connection({
      url: String(url),
      token,
      dialects,
      platform: this.#platform,
      told: this.#ears(),
    });
  }

  on(name, listener) {
    return this.#listeners.on(name, listener);
  }

  connect() {
    const isOver = this.phase.name === "idle" || this.phase.name === "ended";
    if (isOver && this.#connection.resumeToken === null) this.#recall();
    this.#connection.connect();
  }

  leave() {
    this.#commands.abandon("left");
    this.#inputs.clear();
    this.#resumption.forget();
    this.#connection.leave();
  }

  walk(intent) {
    this.#inputs.wish(intent);
    this.#pace();
  }

  get intent() {
    return this.#inputs.intent;
  }

  equip(instanceId, slot) {
    return this.#commands.equip(instanceId, slot);
  }

  unequip(slot, compartment = DEFAULT_COMPARTMENT) {
    return this.#commands.unequip(slot, compartment, this.#world.equipment);
  }

  get phase() {
    return this.#connection.phase;
  }

  get playerId() {
    return this.#world.playerId;
  }

  get config() {
    return this.#world.config;
  }

  get cell() {
    return this.#world.cell;
  }

  get inventory() {
    return this.#world.inventory;
  }

  get equipment() {
    return this.#world.equipment;
  }

  get skills() {
    return this.#world.skills;
  }

  get encumbrance() {
    return this.#world.encumbrance;
  }

  get self() {
    const self = this.#scene.self(this.#platform.now());
    return self && { id: this.#world.playerId, ...self };
  }

  entities(now = this.#platform.now()) {
    return this.#scene.entities(now);
  }

  cooldown(slot, now = this.#platform.now()) {
    return this.#world.cooldown(slot, now);
  }

  get stats() {
    const now = this.#platform.now();
    return {
      ...this.#meters.at(now),
      inSight: this.#world.inSight,
      interpolationDelay: this.#scene.delay(now),
      predictionError: this.#scene.self(now)?.error ?? 0,
      clockOffset: this.#scene.clockOffset(now),
    };
  }

  // --- from the connection ---

  #ears() {
    return {
      phase: (phase) => this.#enter(phase),
      message: (message) => this.#receive(message),
      received: (bytes) => this.#meters.received(bytes, this.#platform.now()),
      sent: (bytes) => this.#meters.sent(bytes, this.#platform.now()),
      lastSeq: () => this.#inputs.seq,
    };
  }

  #receive({ type, data }) {
    const now = this.#platform.now();
    switch (type) {
      case "join_ack":
        return this.#join(data, now);
      case "state":
        return this.#update(data, now);
      case "handover":
        this.#world.handOver(data);
        return this.#listeners.tell(type, data);
      case "equipment_result":
        return this.#commands.answer(data);
      case "telemetry":
        this.#meters.told(data);
        this.#scene.pinged(data.rtt_ms, now);
        return this.#listeners.tell(type, data);
      case "error":
        return this.#listeners.tell(type, data);
    }
  }

  #join(data, now) {
    this.#meters.resumed += Number(data.resumed);
    this.#meters.dialect = this.#connection.dialect;
    this.#world.join(data, now);
    this.#scene.join(data, now);
    this.#inputs.restart(data.ack, data.resumed, now);
    this.#commands.joined(data.resumed);
    this.#listeners.tell("join", data);
    this.#listeners.tell("belongings", this.#world.belongings);
  }

  #update(data, now) {
    const isChanged = this.#world.update(data, now);
    this.#meters.shown(now);
    this.#scene.update(data, this.#world.encumbrance.movement_penalty, now);
    this.#commands.acknowledge(data.ack, this.#world.belongings, now);
    this.#pace();
    this.#listeners.tell("state", data);
    if (isChanged) this.#listeners.tell("belongings", this.#world.belongings);
  }

  #enter(phase) {
    if (phase.name === "joined") this.#goOn();
    else this.#pause(phase);
    this.#listeners.tell("phase", phase);
  }

  /** Says again what has no answer, then what is wished: the order is what `Journal` relies on. */
  #goOn() {
    this.#commands.resume(this.#inputs.seq + 1);
    this.#pace();
  }

  #pause({ name, exhausted }) {
    this.#platform.clearTimeout(this.#timer);
    this.#scene.stop(this.#platform.now());
    this.#commands.lost();
    if (name !== "ended") return;
    this.#commands.abandon("ended");
    if (!exhausted) this.#resumption.forget();
  }

  // --- to the connection ---

  /** Sends the input that is due, if any, and comes back for the next. */
  #pace() {
    if (this.#connection.phase.name !== "joined") return;
    const now = this.#platform.now();
    if (this.#inputs.due <= now) this.#say(now);
    this.#platform.clearTimeout(this.#timer);
    this.#timer = this.#platform.setTimeout(() => this.#pace(), Math.max(0, this.#inputs.due - now));
  }

  #say(now) {
    const input = this.#inputs.take(now);
    if (this.#connection.send(input)) this.#scene.sent(input, now);
  }

  // --- across a reload of the page ---

  #recall() {
    const record = this.#resumption.load();
    if (record === null) return;
    this.#connection.resumeToken = record.token;
    this.#commands.restore(record.journal);
  }

  #keep(journal) {
    if (this.#connection.resumeToken !== null) this.#resumption.keep(this.#connection.resumeToken, journal);
  }
}
