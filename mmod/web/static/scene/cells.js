// The cells of the world: their borders, their coordinates, and the light that runs along a border somebody crossed.

import { css } from "./colour.js";

/** Dashes of a border, px of the style sheet. */
const DASHES = Object.freeze([2, 7]);

/** Room (px) the visible part of a cell must have for its coordinates. */
const LABEL_ROOM = { width: 96, height: 56 };

/** How far (px) coordinates stand from the border of their cell. */
const LABEL_INSET = 14;

/** How long (ms) a handover is shown. */
const FLASH = 2200;

/** Multiples of `size` in [low, high]. */
function* multiples(low, high, size) {
  for (let n = Math.ceil(low / size); n * size <= high; n += 1) yield n * size;
}

/** The part of a cell that is in the window, in pixels. */
function visiblePart(camera, project, { cx, cz }, size) {
  const southWest = project({ x: cx * size, z: cz * size });
  const northEast = project({ x: (cx + 1) * size, z: (cz + 1) * size });
  return {
    left: Math.max(0, southWest.left),
    right: Math.min(camera.width, northEast.left),
    top: Math.max(0, northEast.top),
    bottom: Math.min(camera.height, southWest.top),
  };
}

function* cellsIn({ west, east, south, north }, size) {
  for (let cx = Math.floor(west / size); cx * size < east; cx += 1) {
    for (let cz = Math.floor(south / size); cz * size < north; cz += 1) yield { cx, cz };
  }
}

function traceBorders(context, camera, project, size) {
  const { west, east, south, north } = camera.sight(0);
  context.beginPath();
  for (const x of multiples(west, east, size)) {
    const left = Math.round(project({ x, z: 0 }).left);
    context.moveTo(left, 0);
    context.lineTo(left, camera.height);
  }
  for (const z of multiples(south, north, size)) {
    const top = Math.round(project({ x: 0, z }).top);
    context.moveTo(0, top);
    context.lineTo(camera.width, top);
  }
}

function drawBorders(context, camera, colours, project, size) {
  const { ratio } = camera;
  traceBorders(context, camera, project, size);
  context.lineCap = "round";
  context.setLineDash(DASHES.map((length) => length * ratio));
  context.strokeStyle = css(colours.line, 0.85);
  context.lineWidth = 2.2 * ratio;
  context.stroke();
  context.setLineDash([]);
}

/** Where coordinates stand beside the border that is nearest to the middle of the window, or in the middle of it. */
function beside(low, high, whole, inset) {
  if (low > 0 && (high >= whole || low > whole - high)) return { at: low + inset, align: "left" };
  if (high < whole) return { at: high - inset, align: "right" };
  return { at: (low + high) / 2, align: "center" };
}

/** How far down they stand: in the upper third of what is seen of the cell, where the player is not. */
const DOWN = 0.3;

function drawLabel(context, camera, project, cell, size, colours, isOwn) {
  const { ratio } = camera;
  const { left, right, top, bottom } = visiblePart(camera, project, cell, size);
  if (right - left < LABEL_ROOM.width * ratio || bottom - top < LABEL_ROOM.height * ratio) return;
  const { at, align } = beside(left, right, camera.width, LABEL_INSET * ratio);
  context.textAlign = align;
  context.fillStyle = css(colours.ink, isOwn ? 0.85 : 0.55);
  context.fillText(`cell ${cell.cx}, ${cell.cz}`, at, top + (bottom - top) * DOWN);
}

/** Draws borders and coordinates; those of the cell `own` that owns the player stand out. */
export function drawCells(context, camera, colours, size, own) {
  const project = camera.projection;
  drawBorders(context, camera, colours, project, size);
  for (const cell of cellsIn(camera.sight(0), size)) {
    const isOwn = cell.cx === own?.cx && cell.cz === own?.cz;
    context.textBaseline = "middle";
    context.font = `${isOwn ? 600 : 400} ${17 * camera.ratio}px "Iowan Old Style", Palatino, "Liberation Serif", serif`;
    drawLabel(context, camera, project, cell, size, colours, isOwn);
  }
}

/** The ends of the border between two cells, or of the sides of the new one where they do not share one. */
function sharedBorder({ from, to }, size) {
  const [x, z] = [Math.max(from.cx, to.cx) * size, Math.max(from.cz, to.cz) * size];
  const borders = [];
  if (from.cx !== to.cx)
    borders.push([
      { x, z: to.cz * size },
      { x, z: (to.cz + 1) * size },
    ]);
  if (from.cz !== to.cz)
    borders.push([
      { x: to.cx * size, z },
      { x: (to.cx + 1) * size, z },
    ]);
  return borders;
}

/** Draws the light of a `handover` of `age` ms; nothing once it is over. */
export function drawCrossing(context, camera, colours, size, handover, age) {
  if (age > FLASH) return;
  const fade = (1 - age / FLASH) ** 2;
  const project = camera.projection;
  context.lineCap = "butt";
  for (const [start, end] of sharedBorder(handover, size)) {
    const [one, other] = [project(start), project(end)];
    for (const [width, alpha] of [
      [22, 0.16],
      [10, 0.26],
      [3, 0.9],
    ]) {
      context.strokeStyle = css(colours.glow, alpha * fade);
      context.lineWidth = width * camera.ratio;
      context.beginPath();
      context.moveTo(one.left, one.top);
      context.lineTo(other.left, other.top);
      context.stroke();
    }
  }
}
