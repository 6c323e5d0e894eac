// What does not move: grid, cell borders with their coordinates, the circle of interest.

import { cellName } from "./words.js";

/** Grid meshes (m); the finest that is wide enough on the screen is drawn. */
const MESHES = [1, 4, 16, 64, 256, 1024];

/** How wide (px) a mesh must be so that the grid is a ground and not a grey. */
const WIDE_ENOUGH = 28;

/** Room (px) the visible part of a cell must have for its coordinates. */
const LABEL_ROOM = { width: 90, height: 60 };

/** Multiples of `size` in [low, high]. */
function* multiples(low, high, size) {
  for (let n = Math.ceil(low / size); n * size <= high; n += 1) yield n * size;
}

function drawLines(context, camera, size) {
  const { west, east, south, north } = camera.sight;
  context.beginPath();
  for (const x of multiples(west, east, size)) {
    const left = Math.round(camera.pixel({ x, z: 0 }).left) + 0.5;
    context.moveTo(left, 0);
    context.lineTo(left, camera.height);
  }
  for (const z of multiples(south, north, size)) {
    const top = Math.round(camera.pixel({ x: 0, z }).top) + 0.5;
    context.moveTo(0, top);
    context.lineTo(camera.width, top);
  }
  context.stroke();
}

/** Lines close enough to see oneself walk. */
export function drawGrid(context, camera, colours) {
  const mesh = MESHES.find((size) => size * camera.scale >= WIDE_ENOUGH) ?? MESHES.at(-1);
  context.strokeStyle = colours.grid;
  context.lineWidth = 1;
  drawLines(context, camera, mesh);
}

/** The part of a cell that is in the window, in pixels. */
function visiblePart(camera, { cx, cz }, size) {
  const southWest = camera.pixel({ x: cx * size, z: cz * size });
  const northEast = camera.pixel({ x: (cx + 1) * size, z: (cz + 1) * size });
  return {
    left: Math.max(0, southWest.left),
    right: Math.min(camera.width, northEast.left),
    top: Math.max(0, northEast.top),
    bottom: Math.min(camera.height, southWest.top),
  };
}

/** Where between two edges a label stands: towards the middle of the window, but clear of the player, who is there. */
function labelPlace(low, high, whole) {
  return low + (high - low) * (low + high < whole ? 0.7 : 0.3);
}

function drawLabel(context, camera, cell, size) {
  const { left, right, top, bottom } = visiblePart(camera, cell, size);
  if (right - left < LABEL_ROOM.width || bottom - top < LABEL_ROOM.height) return;
  const [across, down] = [labelPlace(left, right, camera.width), labelPlace(top, bottom, camera.height)];
  context.fillText(`cell ${cellName(cell)}`, across, down);
}

/** Cell borders; the coordinates of the cell that owns the player stand out. */
export function drawCells(context, camera, colours, size, own) {
  context.strokeStyle = colours.border;
  context.lineWidth = 2;
  drawLines(context, camera, size);
  context.font = "13px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  const { west, east, south, north } = camera.sight;
  for (let cx = Math.floor(west / size); cx * size < east; cx += 1) {
    for (let cz = Math.floor(south / size); cz * size < north; cz += 1) {
      context.fillStyle = cx === own.cx && cz === own.cz ? colours.self : colours.muted;
      drawLabel(context, camera, { cx, cz }, size);
    }
  }
}

/** How far the player sees. */
export function drawSight(context, camera, colours, centre, radius) {
  const { left, top } = camera.pixel(centre);
  context.globalAlpha = 0.5;
  context.strokeStyle = colours.self;
  context.lineWidth = 1;
  context.setLineDash([4, 6]);
  context.beginPath();
  context.arc(left, top, radius * camera.scale, 0, 2 * Math.PI);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}
