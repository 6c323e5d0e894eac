// The item commands of one player as promises: the journal decides, this keeps the promises.

import { NotJoined, SessionLost } from "./errors.js";
import { Journal } from "./journal.js";

export class Commands {
  #journal = new Journal();
  #promises = new Map();
  #send;
  #settled;
  #changed;
  /** Whether there is a session, be it one that is about to be taken up again. */
  #isOpen = false;

  /**
   * `send(message)` returns whether it was sent; `settled(result)` is told every result, and `changed(record)` the
   * journal's record whenever it is another one.
   */
  constructor({ send, settled, changed }) {
    this.#send = send;
    this.#settled = settled;
    this.#changed = changed;
  }

  /** Resolves with the result; rejects with `NotJoined`, `TooManyCommands`, `SessionLost`. */
  async equip(instanceId, slot) {
    this.#requireSession();
    return this.#issue(this.#journal.equip(instanceId, slot));
  }

  /** As `equip`; `equipment` is what is known to be worn. */
  async unequip(slot, compartment, equipment) {
    this.#requireSession();
    return this.#issue(this.#journal.unequip(slot, compartment, equipment));
  }

  /** A page that was loaded again goes on with the commands of the one before. */
  restore(record) {
    this.#journal.restore(record);
    this.#isOpen = true;
  }

  /** A connection has joined.  In a new session numbers begin anew. */
  joined(resumed) {
    this.#isOpen = true;
    if (!resumed) {
      this.#reject("new_session");
      this.#journal.restart();
    }
    this.#changed(this.#journal.record);
  }

  /** Sends again what has no answer; the input of number `fence` must be the next message. */
  resume(fence) {
    for (const message of this.#journal.resume(fence)) this.#send(message);
  }

  /** The connection is lost, and may come back. */
  lost() {
    this.#journal.lost();
  }

  /** There will be no answers. */
  abandon(reason) {
    this.#isOpen = false;
    this.#reject(reason);
  }

  /** Takes an `equipment_result`. */
  answer(data) {
    const result = this.#journal.answer(data);
    if (result !== null) this.#settle([result]);
  }

  /** As `Journal.acknowledge`. */
  acknowledge(ack, belongings, now) {
    this.#settle(this.#journal.acknowledge(ack, belongings, now));
  }

  #requireSession() {
    if (!this.#isOpen) throw new NotJoined();
  }

  /** It is written down before it is sent: a page may be closed at any time. */
  #issue(seq) {
    this.#changed(this.#journal.record);
    return new Promise((resolve, reject) => {
      this.#promises.set(seq, { resolve, reject });
      this.#send(this.#journal.message(seq));
    });
  }

  #settle(results) {
    if (results.length === 0) return;
    this.#changed(this.#journal.record);
    for (const result of results) {
      this.#promises.get(result.seq)?.resolve(result);
      this.#promises.delete(result.seq);
      this.#settled(result);
    }
  }

  #reject(reason) {
    for (const seq of this.#journal.abandon()) {
      this.#promises.get(seq)?.reject(new SessionLost(reason));
      this.#promises.delete(seq);
    }
    this.#changed(this.#journal.record);
  }
}
