// The ground as tiles, painted once for each enlargement and kept.
//
// At rest a tile lies pixel on pixel, so a frame only copies.  While the camera zooms, the tiles of the enlargement it
// left are stretched below those of the one it heads for, which appear as they are painted.

import { css } from "../scene/colour.js";
import { grown } from "./growth.js";
import { paintGround } from "./ground.js";
import { paintLow } from "./flora.js";

/** The side of a tile in pixels of the screen. */
const SIZE = 256;

/** Tiles that are kept, 256 KiB each: three times what the largest usual window needs. */
const MOST_TILES = 180;

/** How long (ms) a frame may go on painting tiles: a third of it; at least one is painted. */
const BUDGET = 5;

/** How long (ms) a new tile takes to appear. */
const FADE = 350;

/** The enlargement (px/m) below which small plants would only be noise. */
const PLANTS_FROM = 2.5;

/** How far (m) a plant can reach beyond the tile its foot is in. */
const REACH = 2;

/** How large plants are at an enlargement (px/m): they shrink more slowly than the land, or nobody would see them. */
export function plantUnit(scale) {
  return Math.sqrt(scale / 8) * 0.6 + (scale / 8) * 0.45;
}

function paint(column, row, scale, colours) {
  const canvas = new OffscreenCanvas(SIZE, SIZE);
  const context = canvas.getContext("2d", { alpha: false });
  const metres = SIZE / scale;
  const [west, north] = [column * metres, -row * metres];
  paintGround(context, SIZE, { west, north, metres, column, row }, colours);
  if (scale < PLANTS_FROM) return canvas;
  const around = {
    west: west - REACH,
    east: west + metres + REACH,
    north: north + REACH,
    south: north - metres - REACH,
  };
  for (const thing of grown("low", around)) {
    paintLow(context, colours, thing, (thing.x - west) * scale, (north - thing.z) * scale, plantUnit(scale));
  }
  return canvas;
}

export class Tiles {
  #kept = new Map();
  #level = 0;
  #before = 0;
  /** Until when (ms) something may be seen between or through tiles. */
  #bareUntil = Infinity;

  /** Whether all the ground in sight was there as of `now` (ms). */
  isWhole(now) {
    return now > this.#bareUntil;
  }

  /** Forgets all: the colours have changed. */
  clear() {
    this.#kept.clear();
    this.#bareUntil = Infinity;
  }

  /** Draws the ground the camera sees; `colours` in numbers, `now` in ms. */
  draw(context, camera, colours, now) {
    if (camera.aim !== this.#level) [this.#before, this.#level] = [this.#level, camera.aim];
    if (now <= this.#bareUntil) drawMeadow(context, camera, colours);
    if (this.#before) this.#drawLevel(context, camera, this.#before, now);
    const missing = this.#drawLevel(context, camera, this.#level, now);
    if (missing.length) this.#bareUntil = now + FADE;
    this.#paintSome(missing, camera, colours, now);
  }

  /** Draws what there is of an enlargement, and returns the tiles that are not. */
  #drawLevel(context, camera, level, now) {
    const size = (SIZE * camera.scale) / level;
    const missing = [];
    const { left, top, width, height } = camera.window;
    for (let row = Math.floor(top / size); row * size < top + height; row += 1) {
      for (let column = Math.floor(left / size); column * size < left + width; column += 1) {
        const tile = this.#tile(level, column, row);
        if (tile === undefined) missing.push([column, row]);
        else drawTile(context, tile, now, column * size - left, row * size - top, size);
      }
    }
    return missing;
  }

  #tile(level, column, row) {
    const key = `${level}:${column},${row}`;
    const tile = this.#kept.get(key);
    if (tile === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, tile);
    return tile;
  }

  /** Paints the missing tiles nearest to the middle, as long as the budget lasts. */
  #paintSome(missing, camera, colours, now) {
    const middle = camera.middleIn(SIZE / this.#level);
    const far = ([column, row]) => Math.hypot(column + 0.5 - middle.column, row + 0.5 - middle.row);
    missing.sort((one, other) => far(one) - far(other));
    const end = performance.now() + BUDGET;
    for (const [column, row] of missing) {
      const canvas = paint(column, row, this.#level, colours);
      this.#kept.set(`${this.#level}:${column},${row}`, { canvas, since: now });
      if (performance.now() >= end) break;
    }
    while (this.#kept.size > MOST_TILES) this.#kept.delete(this.#kept.keys().next().value);
  }
}

/** Below tiles that are not painted yet lies a plain of grass. */
function drawMeadow(context, { width, height }, colours) {
  context.fillStyle = css(colours.meadow);
  context.fillRect(0, 0, width, height);
}

function drawTile(context, { canvas, since }, now, left, top, size) {
  const [x, y] = [Math.round(left), Math.round(top)];
  const alpha = Math.min(1, (now - since) / FADE);
  if (alpha < 1) context.globalAlpha = alpha;
  if (size === SIZE) context.drawImage(canvas, x, y);
  else context.drawImage(canvas, x, y, Math.round(left + size) - x, Math.round(top + size) - y);
  if (alpha < 1) context.globalAlpha = 1;
}
