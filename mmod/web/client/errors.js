// What can go wrong on this side of the wire.

/** The root of all errors of this client. */
export class ClientError extends Error {
  constructor(message) {
    super(message);
    this.name = new.target.name;
  }
}

/** A command was given while there is no session. */
export class NotJoined extends ClientError {
  constructor() {
    super("there is no session: join first");
  }
}

/** More commands wait for an answer than may. */
export class TooManyCommands extends ClientError {
  constructor(most) {
    super(`${most} commands wait for an answer already`);
  }
}

const LOSSES = Object.freeze({
  new_session: "the server began a new session; what became of the command shows in its belongings",
  left: "the world was left before the command was answered",
  ended: "the connection ended before the command was answered",
});

/** The session ended before a command was answered; `reason` is a key of `LOSSES`. */
export class SessionLost extends ClientError {
  constructor(reason) {
    super(LOSSES[reason]);
    this.reason = reason;
  }
}
