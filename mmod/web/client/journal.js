// The item commands that have no answer yet, and what becomes of them when a connection is lost.  Pure.
//
// The law.  A command is kept until it is answered.  After a resume those without an answer are sent again under their
// numbers.  One that the server had not taken is answered like any other.  One that it had taken is not answered again:
// its answer is still to come (a success waits until it is durable) or is lost.  The fence tells how far things are: an
// input sent behind the commands, for the state that acknowledges it was made after all of them were taken or refused,
// and shows their effects.  Those before the fence that have no answer by then are settled:
//
//     its effect does not show     at once, as a refusal whose reason is lost (`unanswered`)
//     its effect shows             as a success, unless its answer comes within `ANSWER_LIMIT`
//
// After a session that was not resumed nothing can be told, and the commands are given up.

import { TooManyCommands } from "./errors.js";

/** Commands that may wait: with the inputs they can all be sent at once within a server's burst of 120 messages. */
export const MOST_WAITING = 64;

/** How long (ms) the answer to a command that shows is waited for: a server knows after 2 s that its store is away. */
const ANSWER_LIMIT = 3_000;

const EFFECTS = Object.freeze({
  equip: ({ slot, instance_id }, { equipment }) => equipment.slots[slot]?.instance.instance_id === instance_id,
  unequip: ({ slot, compartment, worn }, { equipment, inventory }) =>
    worn !== null &&
    equipment.slots[slot]?.instance.instance_id !== worn &&
    inventory.items.some((item) => item.instance.instance_id === worn && item.compartment === compartment),
});

/** A command as it is sent: `worn` is for this side only. */
function messageOf({ operation, seq, slot, instance_id, compartment }) {
  return operation === "equip"
    ? { type: operation, seq, instance_id, slot }
    : { type: operation, seq, slot, compartment };
}

/** A command that was just given. */
function waitingFor(command) {
  return { command, isBeforeFence: false, shows: false, deadline: Infinity };
}

function inferred({ operation, slot, seq }, success) {
  const code = success ? "success" : "unanswered";
  const words = success ? "in effect; the answer was lost" : "not in effect; the answer was lost";
  return { operation, slot, success, code, message: words, seq, inferred: true };
}

export class Journal {
  #seq = 0;
  /** By number, in the order of numbers. */
  #waiting = new Map();
  /** The input behind those that were sent again; null while there are none. */
  #fence = null;

  /** The highest number used, and the commands without an answer: to be kept somewhere and given to `restore`. */
  get record() {
    return { seq: this.#seq, waiting: [...this.#waiting.values()].map(({ command }) => command) };
  }

  /** Goes on where another journal was. */
  restore({ seq, waiting }) {
    this.#seq = seq;
    for (const command of waiting) this.#waiting.set(command.seq, waitingFor(command));
  }

  /** Takes an equip and returns its number.  Throws `TooManyCommands`. */
  equip(instance_id, slot) {
    return this.#add({ operation: "equip", instance_id, slot });
  }

  /** Takes an unequip and returns its number; `equipment` is as far as is known.  Throws `TooManyCommands`. */
  unequip(slot, compartment, equipment) {
    return this.#add({ operation: "unequip", slot, compartment, worn: this.#wornIn(slot, equipment) });
  }

  /** The message of a command that waits. */
  message(seq) {
    return messageOf(this.#waiting.get(seq).command);
  }

  /** The connection is lost: nothing is settled until the next one. */
  lost() {
    this.#fence = null;
    for (const entry of this.#waiting.values()) entry.deadline = Infinity;
  }

  /** Returns the messages to be sent again; the next input, of number `fence`, must follow them. */
  resume(fence) {
    this.#fence = fence;
    for (const entry of this.#waiting.values()) entry.isBeforeFence = true;
    return [...this.#waiting.keys()].map((seq) => this.message(seq));
  }

  /** Takes an answer and returns it as a result; null when nothing waits for it. */
  answer(data) {
    return this.#waiting.delete(data.seq) ? { ...data, inferred: false } : null;
  }

  /** A state acknowledges inputs up to `ack`; `belongings` are as of it.  Returns what is settled by that. */
  acknowledge(ack, belongings, now) {
    if (this.#fence !== null && ack >= this.#fence) this.#passFence(belongings, now);
    return this.#settle(now);
  }

  /** Gives everything up, and returns the numbers of what waited. */
  abandon() {
    const seqs = [...this.#waiting.keys()];
    this.#waiting.clear();
    this.#fence = null;
    return seqs;
  }

  /** Numbers begin anew. */
  restart() {
    this.#seq = 0;
  }

  #add(command) {
    if (this.#waiting.size >= MOST_WAITING) throw new TooManyCommands(MOST_WAITING);
    this.#seq += 1;
    this.#waiting.set(this.#seq, waitingFor({ ...command, seq: this.#seq }));
    return this.#seq;
  }

  /** What a slot will hold once everything that waits was carried out; null for nothing. */
  #wornIn(slot, equipment) {
    let worn = equipment.slots[slot]?.instance.instance_id ?? null;
    for (const { command } of this.#waiting.values()) {
      if (command.slot === slot) worn = command.operation === "equip" ? command.instance_id : null;
    }
    return worn;
  }

  #passFence(belongings, now) {
    this.#fence = null;
    for (const entry of this.#waiting.values()) {
      if (!entry.isBeforeFence) continue;
      entry.shows = EFFECTS[entry.command.operation](entry.command, belongings);
      entry.deadline = entry.shows ? now + ANSWER_LIMIT : now;
    }
  }

  #settle(now) {
    const due = [...this.#waiting.values()].filter(({ deadline }) => deadline <= now);
    for (const { command } of due) this.#waiting.delete(command.seq);
    return due.map(({ command, shows }) => inferred(command, shows));
  }
}
