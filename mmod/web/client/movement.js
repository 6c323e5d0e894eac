// How the server moves a player, to the letter of its own rule (docs/rules.md, "Movement").

const clamped = (number) => Math.max(-1, Math.min(1, number));

/** What a client may wish for: each component clamped to [-1, 1], then the vector to length 1. */
export function clampedIntent({ x, z }) {
  if (Math.hypot(x, z) <= 1) return { x, z };
  const [east, north] = [clamped(x), clamped(z)];
  const length = Math.max(1, Math.hypot(east, north));
  return { x: east / length, z: north / length };
}

/** The velocity (m/s) that a clamped intent gives at a speed (m/s, the encumbrance's penalty included). */
export function velocityOf({ x, z }, speed) {
  return { x: x * speed, z: z * speed };
}

/** Where something is that moved from `pos` at `vel` (m/s) for some seconds. */
export function moved(pos, vel, seconds) {
  return { x: pos.x + vel.x * seconds, z: pos.z + vel.z * seconds };
}

/** The distance (m) between two points. */
export function distance(one, other) {
  return Math.hypot(one.x - other.x, one.z - other.z);
}

/** Below this speed (m/s) a motion has no direction worth turning to. */
const LEAST_SPEED = 0.05;

/** Where somebody looks (radians from east, counter-clockwise) who moves at `vel`; `before` where it stands. */
export function facingOf(vel, before) {
  return Math.hypot(vel.x, vel.z) < LEAST_SPEED ? before : Math.atan2(vel.z, vel.x);
}

/** Where somebody looks who was never seen to move: south, to whom looks at a map. */
export const FIRST_FACING = -Math.PI / 2;
