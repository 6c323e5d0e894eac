// Somebody who walks at 3 m/s and turns every second or so, moved tick by tick as the server does it.
//
// Turns are at most right angles: of one who turns about between two states, states show somebody who hardly moved, on
// the best of networks.

const SPEED = 3;

/** Returns the places and velocities at each tick from 0 on. */
export function walk(ticks, tickHz, chance) {
  const way = [];
  let [pos, angle] = [{ x: 0, z: 0 }, 0];
  for (let tick = 0; tick <= ticks; tick += 1) {
    const vel = { x: SPEED * Math.cos(angle), z: SPEED * Math.sin(angle) };
    way.push({ pos, vel });
    if (chance() < 1 / tickHz) angle += Math.PI * (chance() - 0.5);
    pos = { x: pos.x + vel.x / tickHz, z: pos.z + vel.z / tickHz };
  }
  return way;
}
