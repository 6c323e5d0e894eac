// Which part of the world the stream is asked for: bots are worth their bytes only where they can be told apart.

/** Pixels a cell must have for its bots to be shown one by one. */
const CELL_FROM = 22;

/** How much more than the window is asked for on each side, so that a small move needs no new stream. */
const BEYOND = 0.5;

/** The cells in the window {west, south, east, north}, and `share` of it more on each side. */
function cellsAround(sight, size, share) {
  const [wide, high] = [share * (sight.east - sight.west), share * (sight.north - sight.south)];
  return {
    west: Math.floor((sight.west - wide) / size),
    south: Math.floor((sight.south - high) / size),
    east: Math.floor((sight.east + wide) / size),
    north: Math.floor((sight.north + high) / size),
  };
}

function holds(outer, inner) {
  return outer.west <= inner.west && outer.south <= inner.south && outer.east >= inner.east && outer.north >= inner.north;
}

/** Whether a region is far larger than what is seen of it. */
function wasteful(outer, inner) {
  return outer.east - outer.west > 6 * (inner.east - inner.west + 1);
}

/** The region to ask for, given the one asked for last (null: none); the same object when that still serves. */
export function regionFor(camera, size, last) {
  if (size * camera.scale < CELL_FROM) return null;
  const seen = cellsAround(camera.sight, size, 0);
  return last !== null && holds(last, seen) && !wasteful(last, seen) ? last : cellsAround(camera.sight, size, BEYOND);
}
