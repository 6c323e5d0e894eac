// The public interface of mmod's JavaScript client.  What each part promises stands here; how, in the module beside it.
//
// Units: metres, metres per second, seconds in what the protocol says; milliseconds for everything that is measured
// on the local clock.  x is east, z is north.

/** A point (m), a velocity (m/s) or a wish. */
export interface Vector {
  readonly x: number;
  readonly z: number;
}

export interface Cell {
  readonly cx: number;
  readonly cz: number;
}

/** How states are sent; all else is the same. */
export type Dialect = "mmod.v1.delta" | "mmod.v1.json";

/** The dialects this client speaks, the one it likes best first. */
export const DIALECTS: readonly Dialect[];

/** What `sessionStorage` and `localStorage` are, as far as it is needed. */
export interface ResumeStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * A socket as far as it is needed; `WebSocket` of every browser and of Node >= 22 is one.  Events: `data` of a message
 * is a text or an ArrayBuffer, `code` of a close a number.
 */
export interface Socket {
  binaryType: string;
  readonly protocol: string;
  readonly readyState: number;
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

/** Where time, chance and sockets come from; each part defaults to that of the browser or of Node. */
export interface Platform {
  WebSocket: new (url: string, protocols: string[]) => Socket;
  /** Milliseconds of a clock that never jumps, such as `performance.now`. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: any): void;
  /** In [0, 1). */
  random(): number;
}

export interface ClientOptions {
  /** `ws:` or `wss:`, with the path `/ws`. */
  url: string | URL;
  /** Who the player is.  A function is asked before each attempt, so that a token that expires can be a fresh one. */
  token: string | (() => string | Promise<string>);
  /** What is offered to the server, the first one it knows counts; all of `DIALECTS` by default. */
  dialects?: readonly Dialect[];
  /**
   * Where the session is kept, so that a reload of the page goes on with it.  `sessionStorage` is the right one: with
   * `localStorage` two tabs would take the player from each other.  The login token is never kept.
   */
  resume?: ResumeStorage | null;
  platform?: Partial<Platform>;
}

// --- phases ----------------------------------------------------------------------------------------------------------

/** An `error` message: a code of the protocol, and words for people. */
export interface ServerError {
  readonly code: string;
  readonly message: string;
}

/** Why a connection ended. */
export interface Ending {
  /** The WebSocket's close code; 1006 for a connection that is simply gone, 1000 after `leave()`. */
  readonly code: number;
  /** The error that announced the close, null where none did.  Code `token`: the token function failed. */
  readonly error: ServerError | null;
}

/** Never connected yet. */
export interface Idle {
  readonly name: "idle";
}

/** Opening and joining; `attempt` is 0 at first and counts the attempts since a session was lost. */
export interface Connecting {
  readonly name: "connecting";
  readonly attempt: number;
}

/** In the world.  `resumed`: in the same session as before; its place, sequences and commands go on. */
export interface Joined {
  readonly name: "joined";
  readonly attempt: number;
  readonly resumed: boolean;
}

/** The connection was lost, and the next attempt follows after `wait` ms, when `platform.now()` is `until`. */
export interface Waiting extends Ending {
  readonly name: "waiting";
  /** Number of the attempt to come, from 1. */
  readonly attempt: number;
  readonly wait: number;
  readonly until: number;
}

/** Over, until `connect()` is called again.  `exhausted`: attempts were worthwhile, but enough was enough. */
export interface Ended extends Ending {
  readonly name: "ended";
  readonly exhausted: boolean;
}

export type Phase = Idle | Connecting | Joined | Waiting | Ended;

/** Attempts in a row before a lost session is given up: `MOST_ATTEMPTS` take about a minute. */
export const MOST_ATTEMPTS: number;

// --- what the server says --------------------------------------------------------------------------------------------

export interface WorldConfig {
  readonly tick_hz: number;
  readonly snapshot_hz: number;
  readonly aoi_radius: number;
  readonly cell_size: number;
  readonly handover_hysteresis: number;
  readonly move_speed: number;
}

export interface ItemInstance {
  readonly instance_id: string;
  readonly template_id: string;
  readonly quantity: number;
  readonly durability: number;
}

export interface Encumbrance {
  readonly current_weight: number;
  readonly max_weight: number;
  readonly current_bulk: number;
  readonly max_bulk: number;
  /** A fraction: 1 is full. */
  readonly weight_pct: number;
  readonly bulk_pct: number;
  /** What the walking speed is multiplied by. */
  readonly movement_penalty: number;
}

export interface Inventory {
  readonly items: readonly { readonly instance: ItemInstance; readonly compartment: string }[];
  /** The bulk each compartment holds. */
  readonly compartment_caps: Readonly<Record<string, number>>;
  readonly weight_limit: number;
  readonly encumbrance: Encumbrance;
}

export interface Equipment {
  /** By slot; empty slots are absent.  `cooldown_remaining` is as of the message: see `Client.cooldown`. */
  readonly slots: Readonly<Record<string, { readonly instance: ItemInstance; readonly cooldown_remaining: number }>>;
}

export type Skills = Readonly<Record<string, number>>;

export interface JoinAck {
  readonly playerID: string;
  readonly cell: Cell;
  readonly resumeToken: string;
  readonly resumed: boolean;
  readonly ack: number;
  readonly tick: number;
  readonly pos: Vector;
  readonly config: WorldConfig;
  readonly inventory: Inventory;
  readonly equipment: Equipment;
  readonly skills: Skills;
  readonly encumbrance: Encumbrance;
}

export interface State {
  readonly ack: number;
  readonly tick: number;
  readonly player: { readonly id: string; readonly pos: Vector; readonly vel: Vector };
  readonly entities: readonly {
    readonly id: string;
    readonly pos: Vector;
    readonly vel: Vector;
    readonly kind: "player" | "bot";
    readonly name: string;
  }[];
  /** These three only when they changed, whole. */
  readonly inventory?: Inventory;
  readonly equipment?: Equipment;
  readonly skills?: Skills;
}

export interface Handover {
  readonly from: Cell;
  readonly to: Cell;
}

export interface Telemetry {
  readonly tick_rate: number;
  readonly rtt_ms: number;
}

/** What became of an `equip` or `unequip`. */
export interface CommandResult {
  readonly operation: "equip" | "unequip";
  readonly slot: string;
  readonly success: boolean;
  /** `success`, or why not: a code of the protocol, or `unanswered` (see `inferred`). */
  readonly code: string;
  readonly message: string;
  readonly seq: number;
  /**
   * False for the server's own answer.  True when that answer went down with a connection: the server had taken the
   * command, so it does not answer it again, and the outcome was read off the belongings it sent afterwards.  An
   * inferred success is in effect but not known to be durable; an inferred refusal has the code `unanswered`, for its
   * reason is lost.
   */
  readonly inferred: boolean;
}

// --- what is to be shown ---------------------------------------------------------------------------------------------

/** Somebody else, where it is to be shown. */
export interface Entity {
  readonly id: string;
  readonly kind: "player" | "bot";
  readonly name: string;
  readonly pos: Vector;
  readonly vel: Vector;
  /** Radians from east, counter-clockwise (north is pi/2); whoever stands still keeps it. */
  readonly facing: number;
}

/** The player itself. */
export interface Self {
  readonly id: string;
  /** Predicted: where the player will be when what was sent by now has arrived. */
  readonly pos: Vector;
  readonly vel: Vector;
  readonly facing: number;
  /** Where the last state had it. */
  readonly server: { readonly pos: Vector; readonly vel: Vector };
  /** How far (m) the last state put the prediction right. */
  readonly error: number;
}

/** How it goes; null and 0 before anything is known. */
export interface Stats {
  /** Round trip of the server's last ping, ms. */
  readonly rtt: number | null;
  /** Ticks a second as the server measured them. */
  readonly tickRate: number | null;
  /** States a second, as they came. */
  readonly snapshotRate: number;
  /** Payload bytes a second. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Entities in the last state. */
  readonly inSight: number;
  /** How far (ms) others are shown in the past. */
  readonly interpolationDelay: number;
  /** As `Self.error`, m. */
  readonly predictionError: number;
  /** Local time (ms) at which tick 0 would have come on the fastest way seen; null before the first state. */
  readonly clockOffset: number | null;
  /** Sessions taken up again since the first `connect()`. */
  readonly resumed: number;
  readonly dialect: Dialect | null;
}

// --- errors ----------------------------------------------------------------------------------------------------------

/** The root of all errors of this client. */
export class ClientError extends Error {}

/** A command was given while there is no session: before the first join, or after the end. */
export class NotJoined extends ClientError {}

/**
 * The session ended before the command was answered, and no other can answer it: the server began a new one, or
 * there will be none.  Whether the command was carried out shows in the belongings of the next session.
 */
export class SessionLost extends ClientError {
  /** `new_session`, `left` or `ended`. */
  readonly reason: "new_session" | "left" | "ended";
}

/** More commands wait for an answer than can be sent again at once without hurting the server's message rate. */
export class TooManyCommands extends ClientError {}

/** A binary state that makes no sense. */
export class BadDelta extends Error {}

// --- the client ------------------------------------------------------------------------------------------------------

export interface Events {
  /** Every change; `client.phase` is the new one already. */
  phase: Phase;
  /** In the world, before the phase says so; also after each resume. */
  join: JoinAck;
  state: State;
  handover: Handover;
  /** Every result, also those of commands that were given before a reload of the page. */
  result: CommandResult;
  telemetry: Telemetry;
  /** An `error` message, or a failure of the token function (code `token`). */
  error: ServerError;
  /** Inventory, equipment or skills are other than before; also with each join. */
  belongings: Belongings;
}

export interface Belongings {
  readonly inventory: Inventory;
  readonly equipment: Equipment;
  readonly skills: Skills;
  readonly encumbrance: Encumbrance;
}

export class Client {
  constructor(options: ClientOptions);

  /** Calls `listener` at each event; the function it returns ends that.  A listener that throws disturbs no other. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void;

  /**
   * Joins.  A session that `options.resume` still holds, or that was given up for want of a network, is taken up
   * again.  While waiting it tries at once; while connecting or joined it does nothing.
   */
  connect(): void;

  /** Leaves for good: the session is forgotten, and commands without an answer are rejected. */
  leave(): void;

  /**
   * Walks like this from now on; each component is clamped to [-1, 1], then the vector to length 1.  It may be called
   * as often as one likes, and at any time: what is wished is sent when it changes, repeated while it does not, and
   * said again after a resume.  Throws `RangeError` for numbers that are not finite.
   */
  walk(intent: Vector): void;

  /** What is wished now, clamped. */
  readonly intent: Vector;

  /**
   * Puts an item of the inventory into a slot.  Resolves with the answer, a refusal too.  While a lost session is
   * being taken up again the command waits, and is sent then.  Rejects with `NotJoined`, `TooManyCommands`,
   * `SessionLost`.
   */
  equip(instanceId: string, slot: string): Promise<CommandResult>;

  /** Puts what is in a slot back into a compartment (`backpack` by default).  As `equip`. */
  unequip(slot: string, compartment?: string): Promise<CommandResult>;

  readonly phase: Phase;

  /** Null before the first join, like all that follows; afterwards the last that was known, whatever the phase. */
  readonly playerId: string | null;
  readonly config: WorldConfig | null;
  readonly cell: Cell | null;
  readonly inventory: Inventory | null;
  readonly equipment: Equipment | null;
  readonly skills: Skills | null;
  readonly encumbrance: Encumbrance | null;

  /** The player as it is to be shown now. */
  readonly self: Self | null;

  /** Others as they are to be shown at `now` (ms of `platform.now()`, the time of the call by default). */
  entities(now?: number): readonly Entity[];

  /** Seconds until a slot takes something else, counted down from what the server last said; 0 when it is free. */
  cooldown(slot: string, now?: number): number;

  readonly stats: Stats;
}

// --- parts that are of use by themselves -----------------------------------------------------------------------------

/** Reads binary states of one connection, from its `join_ack` on; `config.tick_hz` is what it needs to know. */
export class DeltaDecoder {
  constructor(tickHz: number);
  /** Throws `BadDelta`, and is of no use afterwards. */
  decode(buffer: ArrayBuffer): { type: "state"; data: State };
}

/** What a client may wish for: each component clamped to [-1, 1], then the vector to length 1. */
export function clampedIntent(intent: Vector): Vector;
