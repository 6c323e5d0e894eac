// Paints the soil of a square of the world: terraces like cut paper, lit from the north-west, and shores.

import { mix } from "../scene/colour.js";
import { chance, smoothstep } from "./noise.js";
import { dampAt, heightAt, SHORE, soil } from "./terrain.js";

/** Samples along a side: half the pixels of a tile, because soft edges need no more. */
const SAMPLES = 128;

/** Samples from one damp to the next; it changes too slowly to be worth more. */
const STRIDE = 16;

/** Terraces from the lowest to the highest height. */
const TERRACES = 22;

/** The width (m) of the lit or shaded edge of a terrace. */
const EDGE = 0.6;

/** Lines in the water along the shore, as old maps have them: how far out (m), and how strong. */
const WATER_LINES = Object.freeze([
  [0.4, 0.55],
  [1.9, 0.28],
  [3.9, 0.14],
]);

/** Half the width (m) of such a line. */
const LINE = 0.3;

/** The least slope (height per m) that is divided by: on a plain every place would be near every line. */
const LEAST_SLOPE = 0.0014;

/** The lattice of a square: `size` values along each side from `first` samples beyond its north-west corner. */
function lattice({ west, north, metres }, stride, first, size, valueAt) {
  const step = (metres / SAMPLES) * stride;
  const values = new Float32Array(size * size);
  for (let at = 0; at < values.length; at += 1) {
    values[at] = valueAt(west + ((at % size) + first) * step, north - (Math.floor(at / size) + first) * step);
  }
  return values;
}

/** The value between the four corners of a coarse lattice, at a sample. */
function between(values, size, row, column) {
  const at = Math.floor(row / STRIDE) * size + Math.floor(column / STRIDE);
  const [u, v] = [(column % STRIDE) / STRIDE, (row % STRIDE) / STRIDE];
  const upper = values[at] + (values[at + 1] - values[at]) * u;
  const lower = values[at + size] + (values[at + size + 1] - values[at + size]) * u;
  return upper + (lower - upper) * v;
}

function landColour(colours, height, damp) {
  const { wood, heath } = soil(damp);
  const grown = mix(mix(colours.meadow, colours.wood, wood), colours.heath, heath);
  const beach = 1 - smoothstep(SHORE + 0.012, SHORE + 0.034, height);
  const high = smoothstep(0.6, 0.82, height) * 0.35;
  return mix(mix(grown, colours.heath, high), colours.sand, beach);
}

/** Light on the edge of a terrace: -1 turned away from the sun, 0 on the level, 1 turned towards it. */
function edgeLight(height, east, south, slope) {
  const above = (height * TERRACES) % 1;
  const metres = above / (Math.max(slope, LEAST_SLOPE) * TERRACES);
  if (metres > EDGE) return 0;
  const facing = (east + south) / (Math.SQRT2 * Math.max(slope, LEAST_SLOPE));
  return facing * (1 - metres / EDGE);
}

function drySoil(colours, height, damp, east, south, slope) {
  const light = edgeLight(height, east, south, slope);
  const lit = mix(landColour(colours, height, damp), colours.light, Math.max(0, light) * 0.3);
  const terrace = Math.floor(height * TERRACES) % 2 ? 0.035 : 0;
  return mix(lit, colours.shade, Math.max(0, -light) * 0.24 + terrace);
}

function wetSoil(colours, height, slope) {
  const depth = SHORE - height;
  const out = depth / Math.max(slope, LEAST_SLOPE);
  let colour = mix(colours.shallow, colours.deep, smoothstep(0, 0.09, depth));
  for (const [distance, strength] of WATER_LINES) {
    const near = 1 - Math.abs(out - distance) / LINE;
    if (near > 0) colour = mix(colour, colours.foam, near * strength);
  }
  return colour;
}

/** Fills `data` (RGBA, SAMPLES squared) with the soil of `square` {west, north, metres}. */
function fill(data, square, colours) {
  const [wide, coarse] = [SAMPLES + 2, SAMPLES / STRIDE + 1];
  const heights = lattice(square, 1, -0.5, wide, heightAt);
  const damps = lattice(square, STRIDE, 0, coarse, dampAt);
  const metre = square.metres / SAMPLES;
  for (let at = 0; at < SAMPLES * SAMPLES; at += 1) {
    const [row, column] = [Math.floor(at / SAMPLES), at % SAMPLES];
    const here = (row + 1) * wide + column + 1;
    const east = (heights[here + 1] - heights[here - 1]) / (2 * metre);
    const south = (heights[here + wide] - heights[here - wide]) / (2 * metre);
    const slope = Math.hypot(east, south);
    const height = heights[here];
    const colour =
      height < SHORE
        ? wetSoil(colours, height, slope)
        : drySoil(colours, height, between(damps, coarse, row, column), east, south, slope);
    const grain = (chance(column + square.column * SAMPLES, row - square.row * SAMPLES, 5) - 0.5) * 5;
    for (let part = 0; part < 3; part += 1) data[4 * at + part] = colour[part] + grain;
    data[4 * at + 3] = 255;
  }
}

const samples = new OffscreenCanvas(SAMPLES, SAMPLES);
const brush = samples.getContext("2d");

/** Paints the soil of a square {west, north, metres, column, row} over a canvas of `size` pixels. */
export function paintGround(context, size, square, colours) {
  const image = brush.createImageData(SAMPLES, SAMPLES);
  fill(image.data, square, colours);
  brush.putImageData(image, 0, 0);
  context.imageSmoothingQuality = "high";
  context.drawImage(samples, 0, 0, size, size);
}
