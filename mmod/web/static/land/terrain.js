// What the land is like at a place: the same for everybody and for ever, because it follows from the coordinates alone.
//
// It is looks and nothing else: the server knows no terrain, so all of it can be walked on, and water is shallow.

import { layered, smoothstep } from "./noise.js";

/** How far (m) hills and damp regions stretch. */
const HILLS = 74;
const REGIONS = 120;

/** The height, of [0, 1), at which water begins; below it lies about a tenth of the world. */
export const SHORE = 0.345;

/** The height of a place, in [0, 1). */
export function heightAt(x, z) {
  return layered(x / HILLS, z / HILLS, 11, 4);
}

/** How damp a place is, in [0, 1): heath where it is dry, woods where it is damp. */
export function dampAt(x, z) {
  return layered(x / REGIONS, z / REGIONS, 47, 2);
}

/** The share, in [0, 1], of each kind of soil at a damp. */
export function soil(damp) {
  return { wood: smoothstep(0.51, 0.57, damp), heath: 1 - smoothstep(0.29, 0.38, damp) };
}

/** Whether feet get wet at a place. */
export function isWater(x, z) {
  return heightAt(x, z) < SHORE;
}
