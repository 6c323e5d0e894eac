// Chance that always falls the same way: hashes and smooth noise from whole and real coordinates.  Pure.

/** Mixes two whole numbers and a salt into 32 bits that look like chance. */
function hash(x, z, salt) {
  let bits = Math.imul(x, 0x27d4eb2d) ^ Math.imul(z, 0x165667b1) ^ Math.imul(salt + 1, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A number in [0, 1) that belongs to a place of the lattice. */
export function chance(x, z, salt) {
  return hash(x, z, salt) / 2 ** 32;
}

/** A number in [0, 1) that belongs to a text, such as the id of a player. */
export function chanceOf(text, salt) {
  let sum = salt;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return hash(sum, text.length, salt) / 2 ** 32;
}

/** 0 below `low`, 1 above `high`, and an even curve between. */
export function smoothstep(low, high, value) {
  const part = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return part * part * (3 - 2 * part);
}

/** Noise in [0, 1) that is smooth over about one unit. */
function noise(x, z, salt) {
  const [west, south] = [Math.floor(x), Math.floor(z)];
  const [u, v] = [x - west, z - south];
  const across = u * u * (3 - 2 * u);
  const along = v * v * (3 - 2 * v);
  const low = chance(west, south, salt) * (1 - across) + chance(west + 1, south, salt) * across;
  const high = chance(west, south + 1, salt) * (1 - across) + chance(west + 1, south + 1, salt) * across;
  return low * (1 - along) + high * along;
}

/** Sums `octaves` of noise, each half as strong and about twice as fine; in [0, 1). */
export function layered(x, z, salt, octaves) {
  let [sum, weight, whole] = [0, 1, 0];
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += weight * noise(x, z, salt + octave);
    whole += weight;
    weight /= 2;
    // A turn by 37 degrees with every octave hides the lattice.
    [x, z] = [1.6 * x + 1.2 * z, 1.6 * z - 1.2 * x];
  }
  return sum / whole;
}
