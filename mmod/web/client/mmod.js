// mmod's JavaScript client.  What each name promises stands in mmod.d.ts.

export { MOST_ATTEMPTS } from "./backoff.js";
export { Client, DIALECTS } from "./client.js";
export { BadDelta, DeltaDecoder } from "./delta.js";
export { ClientError, NotJoined, SessionLost, TooManyCommands } from "./errors.js";
export { clampedIntent } from "./movement.js";
