// Where time, chance and sockets come from unless told otherwise.

/** A whole platform: what is given, and the environment's own for the rest.  Throws `TypeError` without sockets. */
export function completed(given = {}) {
  const platform = {
    WebSocket: globalThis.WebSocket,
    now: () => performance.now(),
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    clearTimeout: (timer) => clearTimeout(timer),
    random: () => Math.random(),
    ...given,
  };
  if (typeof platform.WebSocket !== "function") {
    throw new TypeError("there is no WebSocket here: give one as platform.WebSocket");
  }
  return Object.freeze(platform);
}
