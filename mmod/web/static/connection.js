// One player's connection: joins, notices a loss, and joins again with the resume token.
//
// Phases:  idle -> connecting -> joined -> waiting -> connecting ... ; ended is reached from all but idle.
// Only a connection that was joined once is taken up again; a first attempt that fails ends at once.

import { DELTA_SUBPROTOCOL, DeltaDecoder } from "../client/delta.js";
import { isPassing, MOST_ATTEMPTS, waitBefore } from "../client/backoff.js";

const JSON_SUBPROTOCOL = "mmod.v1.json";

/** What is offered to a server, what we would rather speak first. */
const SUBPROTOCOLS = [DELTA_SUBPROTOCOL, JSON_SUBPROTOCOL];

/** How long (ms) opening and joining may take: three times what a server grants its login service and its store. */
const JOIN_LIMIT = 15_000;

/** How long (ms) a joined server may be silent: it sends ten states a second, and itself gives up after 10 s. */
const SILENCE_LIMIT = 10_000;

/** A connection that held this long (ms) was a good one, and the count of attempts begins anew. */
const STEADY = 10_000;

/** The close code that stands for a connection that is simply gone (RFC 6455, 7.1.5). */
const LOST = 1006;

/** Returns the message in a text frame, or null for anything that is not a message of ours. */
function parsed(frame) {
  try {
    const message = JSON.parse(frame);
    return typeof message?.type === "string" && typeof message.data === "object" ? message : null;
  } catch {
    return null;
  }
}

export class Connection {
  #url;
  #onPhase;
  #onMessage;
  #socket = null;
  /** Reads binary states, from the `join_ack` on. */
  #decoder = null;
  #timer = 0;
  #token = "";
  #resume = null;
  #lastSeq = 0;
  #attempt = 0;
  #joinedAt = 0;
  /** The last message, if it was an error: only then does it explain a close. */
  #error = null;
  #phase = Object.freeze({ name: "idle" });

  /** `onPhase(phase)` is told every change, `onMessage(message)` every message, a `join_ack` before its phase. */
  constructor({ url, onPhase, onMessage }) {
    this.#url = url;
    this.#onPhase = onPhase;
    this.#onMessage = onMessage;
  }

  /** `{name, attempt, wait, code, error, exhausted}`: as far as they mean anything in the phase called `name`. */
  get phase() {
    return this.#phase;
  }

  /** Whether the present token is one that anybody could have made up. */
  get isDevelopmentLogin() {
    return this.#token.startsWith("dev:");
  }

  /** Joins as whom `token` proves, without a past. */
  join(token) {
    this.#drop();
    this.#token = token;
    this.#resume = null;
    this.#attempt = 0;
    this.#open();
  }

  /** Leaves for good. */
  leave() {
    this.#drop();
    this.#end(1000);
  }

  /** Sends a message and returns true, or returns false while not joined. */
  send(message) {
    if (this.#phase.name !== "joined" || this.#socket.readyState !== WebSocket.OPEN) return false;
    if (message.type === "input") this.#lastSeq = message.seq;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #open() {
    this.#error = null;
    this.#decoder = null;
    const socket = new WebSocket(this.#url, SUBPROTOCOLS);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify(this.#hello()));
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => this.#closed(code);
    this.#socket = socket;
    this.#expectWithin(JOIN_LIMIT);
    this.#enter({ name: "connecting", attempt: this.#attempt });
  }

  #hello() {
    const hello = { type: "hello", token: this.#token };
    return this.#resume === null ? hello : { ...hello, resume: this.#resume, lastSeq: this.#lastSeq };
  }

  #receive(frame) {
    if (this.#phase.name === "joined") this.#expectWithin(SILENCE_LIMIT);
    const message = typeof frame === "string" ? parsed(frame) : this.#state(frame);
    if (message === null) return;
    this.#error = message.type === "error" ? message.data : null;
    this.#onMessage(message);
    if (message.type === "join_ack") this.#joined(message.data);
  }

  /** Returns the message in a binary frame; after one that makes no sense the next ones cannot be read either. */
  #state(frame) {
    try {
      return this.#decoder.decode(frame);
    } catch {
      this.#closed(LOST);
      return null;
    }
  }

  #joined({ resumeToken, resumed, config }) {
    this.#resume = resumeToken;
    this.#decoder = new DeltaDecoder(config.tick_hz);
    this.#joinedAt = performance.now();
    this.#expectWithin(SILENCE_LIMIT);
    this.#enter({ name: "joined", resumed, attempt: this.#attempt });
  }

  #closed(code) {
    if (this.#phase.name === "joined" && performance.now() - this.#joinedAt >= STEADY) this.#attempt = 0;
    this.#drop();
    const isWorthWhile = this.#resume !== null && isPassing(code, this.#error?.code);
    if (isWorthWhile && this.#attempt < MOST_ATTEMPTS) this.#wait(code);
    else this.#end(code, isWorthWhile);
  }

  #wait(code) {
    this.#attempt += 1;
    const wait = waitBefore(this.#attempt, Math.random());
    this.#timer = setTimeout(() => this.#open(), wait);
    this.#enter({ name: "waiting", attempt: this.#attempt, wait, code, error: this.#error });
  }

  #end(code, exhausted = false) {
    this.#enter({ name: "ended", code, error: this.#error, exhausted });
  }

  /** A socket whose cable was cut stays open for minutes in a browser; silence tells earlier. */
  #expectWithin(limit) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#closed(LOST), limit);
  }

  /** Lets go of the socket; nothing it still says is heard. */
  #drop() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.#socket = null;
  }

  #enter(phase) {
    this.#phase = Object.freeze(phase);
    this.#onPhase(this.#phase);
  }
}
