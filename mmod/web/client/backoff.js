// When a lost connection is taken up again, and after how long.  Pure: chance is an argument.

/** Attempts before a session is given up: about a minute with the waits below, as long as a resume token lives. */
export const MOST_ATTEMPTS = 10;

/** The longest the first wait can be, in ms: a server that restarts needs about this long. */
const FIRST_WAIT = 500;

/** The longest any wait can be, in ms: a player should not watch an idle page for longer. */
const LONGEST_WAIT = 10_000;

/**
 * Closes behind which the server would have its players back: going away, lost, a fault of its own, restarting, try
 * again later, and idle (4004), which is how a page ends that its browser had frozen.
 */
const PASSING = new Set([1001, 1006, 1011, 1012, 1013, 4004]);

/** Errors that stay true however the connection ended (the close frame itself may get lost). */
const FINAL = new Set(["auth", "replaced", "kicked"]);

/** Whether to try again after a close with this code, `error` being the code of the last error message, if any. */
export function isPassing(code, error) {
  return PASSING.has(code) && !FINAL.has(error);
}

/**
 * The wait in ms before an attempt (1 is the first): it doubles, and its second half is left to chance
 * (`chance` in [0, 1)), so that the players of a restarted server do not return all at once.
 */
export function waitBefore(attempt, chance) {
  const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1));
  return longest * (0.5 + 0.5 * chance);
}
