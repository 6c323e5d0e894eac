// One player's connection: joins, notices a loss, and joins again with the resume token.
//
// Phases:  idle -> connecting -> joined -> waiting -> connecting ... ; ended is reached from all but idle, and left by
// `connect`.  Only a session is taken up again: without one, a first attempt that fails ends at once.

import { isPassing, MOST_ATTEMPTS, waitBefore } from "./backoff.js";
import { DeltaDecoder } from "./delta.js";

/** How long (ms) opening and joining may take: three times what a server grants its login service and its store. */
const JOIN_LIMIT = 15_000;

/** How long (ms) a joined server may be silent: it sends ten states a second, and itself gives up after 10 s. */
const SILENCE_LIMIT = 10_000;

/** A connection that held this long (ms) was a good one, and the count of attempts begins anew. */
const STEADY = 10_000;

/** The close code of one who leaves, and the one that stands for a connection that is simply gone (RFC 6455, 7.4.1). */
const NORMAL = 1000;
const LOST = 1006;

/** `WebSocket.OPEN`, which not every implementation offers by that name. */
const OPEN = 1;

/** The message in a text frame, or null for anything that is not a message of ours. */
function parsed(frame) {
  try {
    const message = JSON.parse(frame);
    return typeof message?.type === "string" && typeof message.data === "object" ? message : null;
  } catch {
    return null;
  }
}

/** Bytes of a frame; texts are ASCII but for names, and their characters are near enough. */
function sizeOf(frame) {
  return typeof frame === "string" ? frame.length : frame.byteLength;
}

export class Connection {
  #url;
  #token;
  #dialects;
  #platform;
  #told;
  #socket = null;
  /** Reads binary states, from the `join_ack` on. */
  #decoder = null;
  #timer = null;
  /** Counts what was begun, so that what an earlier beginning brings late is not taken for the present one's. */
  #beginning = 0;
  #attempt = 0;
  #joinedAt = 0;
  /** The last message, if it was an error: only then does it explain a close. */
  #error = null;
  #phase = Object.freeze({ name: "idle" });

  /** With what the session can be taken up; null while there is none. */
  resumeToken = null;

  /**
   * `told` hears of it all: `phase(phase)` of every change, `message(message)` of every message, a `join_ack` before
   * its phase; `received(bytes)` and `sent(bytes)`; and it is asked for `lastSeq()`, the last input's.
   */
  constructor({ url, token, dialects, platform, told }) {
    this.#url = url;
    this.#token = token;
    this.#dialects = dialects;
    this.#platform = platform;
    this.#told = told;
  }

  get phase() {
    return this.#phase;
  }

  /** Joins, by taking up the session if there is one; without effect while that is being done. */
  connect() {
    if (this.#phase.name === "connecting" || this.#phase.name === "joined") return;
    if (this.#phase.name !== "waiting") this.#attempt = 0;
    this.#open();
  }

  /** Leaves for good. */
  leave() {
    this.#error = null;
    this.#drop();
    if (this.#phase.name !== "idle" && this.#phase.name !== "ended") this.#end(NORMAL, false);
    this.resumeToken = null;
  }

  /** Sends a message and returns true, or returns false while not joined. */
  send(message) {
    if (this.#phase.name !== "joined" || this.#socket.readyState !== OPEN) return false;
    this.#write(message);
    return true;
  }

  #open() {
    this.#drop();
    this.#error = null;
    this.#decoder = null;
    this.#expectWithin(JOIN_LIMIT);
    const beginning = this.#beginning;
    this.#enter({ name: "connecting", attempt: this.#attempt });
    if (beginning === this.#beginning) this.#begin(beginning);
  }

  async #begin(beginning) {
    try {
      const token = await (typeof this.#token === "function" ? this.#token() : this.#token);
      if (beginning !== this.#beginning) return;
      if (typeof token !== "string") throw new TypeError("the token is not a text");
      this.#connect(token);
    } catch (error) {
      if (beginning === this.#beginning) this.#fail(error);
    }
  }

  #connect(token) {
    const socket = new this.#platform.WebSocket(this.#url, [...this.#dialects]);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#write(this.#hello(token));
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => this.#closed(code);
    socket.onerror = () => {}; // a close follows; without a listener some implementations throw
    this.#socket = socket;
  }

  /** There is no token, or no socket can be made. */
  #fail(error) {
    this.#error = { code: "token", message: String(error?.message ?? error) };
    this.#told.message({ type: "error", data: this.#error });
    this.#closed(LOST);
  }

  #hello(token) {
    const hello = { type: "hello", token };
    return this.resumeToken === null ? hello : { ...hello, resume: this.resumeToken, lastSeq: this.#told.lastSeq() };
  }

  #write(message) {
    const frame = JSON.stringify(message);
    this.#told.sent(sizeOf(frame));
    this.#socket.send(frame);
  }

  #receive(frame) {
    this.#told.received(sizeOf(frame));
    if (this.#phase.name === "joined") this.#expectWithin(SILENCE_LIMIT);
    const message = typeof frame === "string" ? parsed(frame) : this.#state(frame);
    if (message === null) return;
    this.#error = message.type === "error" ? message.data : null;
    if (message.type === "join_ack") this.#joining(message.data);
    const beginning = this.#beginning;
    this.#told.message(message);
    if (message.type === "join_ack" && beginning === this.#beginning) this.#joined(message.data);
  }

  /** The message in a binary frame; after one that makes no sense the next ones cannot be read either. */
  #state(frame) {
    try {
      return this.#decoder.decode(frame);
    } catch {
      this.#closed(LOST);
      return null;
    }
  }

  #joining({ resumeToken, config }) {
    this.resumeToken = resumeToken;
    this.#decoder = new DeltaDecoder(config.tick_hz);
  }

  #joined({ resumed }) {
    this.#joinedAt = this.#platform.now();
    this.#expectWithin(SILENCE_LIMIT);
    this.#enter({ name: "joined", resumed, attempt: this.#attempt });
  }

  /** The subprotocol the server chose; null while there is no socket. */
  get dialect() {
    return this.#socket?.protocol ?? null;
  }

  #closed(code) {
    if (this.#phase.name === "joined" && this.#platform.now() - this.#joinedAt >= STEADY) this.#attempt = 0;
    this.#drop();
    const isWorthwhile = this.resumeToken !== null && isPassing(code, this.#error?.code);
    if (isWorthwhile && this.#attempt < MOST_ATTEMPTS) this.#wait(code);
    else this.#end(code, isWorthwhile);
  }

  #wait(code) {
    this.#attempt += 1;
    const wait = waitBefore(this.#attempt, this.#platform.random());
    this.#timer = this.#platform.setTimeout(() => this.#open(), wait);
    const until = this.#platform.now() + wait;
    this.#enter({ name: "waiting", attempt: this.#attempt, wait, until, code, error: this.#error });
  }

  /** A session that the server or the player ended cannot be taken up; one that was out of reach perhaps can. */
  #end(code, exhausted) {
    if (!exhausted) this.resumeToken = null;
    this.#enter({ name: "ended", code, error: this.#error, exhausted });
  }

  /** A socket whose cable was cut stays open for minutes in a browser; silence tells earlier. */
  #expectWithin(limit) {
    this.#platform.clearTimeout(this.#timer);
    this.#timer = this.#platform.setTimeout(() => this.#closed(LOST), limit);
  }

  /** Lets go of the socket; nothing it still says is heard. */
  #drop() {
    this.#beginning += 1;
    this.#platform.clearTimeout(this.#timer);
    const socket = this.#socket;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.#socket = null;
  }

  #enter(phase) {
    this.#phase = Object.freeze(phase);
    this.#told.phase(this.#phase);
  }
}
