// The cells of the world: their borders, their coordinates, and the light that runs along a border somebody crossed.

import { css } from "./colour.js";

/** Dashes of a border, px of the style sheet. */
const DASHES = Object.freeze([2, 7]);

/** Room (px) the visible part of a cell must have for its coordinates. */
const LABEL_ROOM = { width: 96, height: 56 };

/** How far (px) coordinates stand from the borders of their cell. */
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

/**
 * Coordinates stand in the corner of their cell that is nearest to the middle of the window, where one looks: beside
 * a border they are the words on both sides of a sign.
 */
function labelPlace(low, high, whole, inset) {
  return whole - high < low ? { at: low + inset, near: "low" } : { at: high - inset, near: "high" };
}

function drawLabel(context, camera, project, cell, size, colours, isOwn) {
  const { ratio } = camera;
  const { left, right, top, bottom } = visiblePart(camera, project, cell, size);
  if (right - left < LABEL_ROOM.width * ratio || bottom - top < LABEL_ROOM.height * ratio) return;
  const across = labelPlace(left, right, camera.width, LABEL_INSET * ratio);
  const down = labelPlace(top, bottom, camera.height, LABEL_INSET * ratio);
  context.textAlign = across.near === "low" ? "left" : "right";
  context.textBaseline = down.near === "low" ? "top" : "bottom";
  context.fillStyle = css(colours.ink, isOwn ? 0.8 : 0.5);
  context.fillText(`${cell.cx}, ${cell.cz}`, across.at, down.at);
}

/** Draws borders and coordinates; those of the cell `own` that owns the player stand out. */
export function drawCells(context, camera, colours, size, own) {
  const project = camera.projection;
  drawBorders(context, camera, colours, project, size);
  for (const cell of cellsIn(camera.sight(0), size)) {
    const isOwn = cell.cx === own?.cx && cell.cz === own?.cz;
    context.font = `${isOwn ? 600 : 400} ${15 * camera.ratio}px "Iowan Old Style", Palatino, "Liberation Serif", serif`;
    drawLabel(context, camera, project, cell, size, colours, isOwn);
  }
}

/** The ends of the border between two cells, or of the sides of the new one where they do not share one. */
function sharedBorder({ from, to }, size) {
  const [x, z] = [Math.max(from.cx, to.cx) * size, Math.max(from.cz, to.cz) * size];
  const borders = [];
  if (from.cx !== to.cx) borders.push([{ x, z: to.cz * size }, { x, z: (to.cz + 1) * size }]);
  if (from.cz !== to.cz) borders.push([{ x: to.cx * size, z }, { x: (to.cx + 1) * size, z }]);
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
    for (const [width, alpha] of [[22, 0.16], [10, 0.26], [3, 0.9]]) {
      context.strokeStyle = css(colours.glow, alpha * fade);
      context.lineWidth = width * camera.ratio;
      context.beginPath();
      context.moveTo(one.left, one.top);
      context.lineTo(other.left, other.top);
      context.stroke();
    }
  }
}
