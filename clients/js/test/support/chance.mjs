// Chance that is the same for the same seed: numbers in [0, 1) by a linear congruence (Knuth's MMIX constants).

export function chanceOf(seed) {
  let state = BigInt(seed);
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(state >> 11n) / 2 ** 53;
  };
}
