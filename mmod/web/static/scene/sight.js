// How far the player sees: beyond the radius of interest the world lies in mist, for the server says nothing of it.

import { css } from "./colour.js";

/** How thick the mist is, and how wide (px of the style sheet) its edge. */
const THICKNESS = 0.42;
const EDGES = Object.freeze([0, 6, 12]);

/** Whether a circle of pixels around the middle covers the whole window. */
function coversAll(camera, { left, top }, radius) {
  const across = Math.max(left, camera.width - left);
  const down = Math.max(top, camera.height - top);
  return Math.hypot(across, down) < radius;
}

function drawMist(context, camera, colours, { left, top }, radius) {
  context.fillStyle = css(colours.mist, THICKNESS / EDGES.length);
  for (const edge of EDGES) {
    context.beginPath();
    context.rect(0, 0, camera.width, camera.height);
    context.arc(left, top, radius + edge * camera.ratio, 0, 2 * Math.PI);
    context.fill("evenodd");
  }
}

/** Draws mist and a fine ring around `centre`, as far as they are in the window. */
export function drawSight(context, camera, colours, centre, metres) {
  const middle = camera.projection(centre);
  const radius = metres * camera.scale;
  if (coversAll(camera, middle, radius)) return;
  drawMist(context, camera, colours, middle, radius);
  context.strokeStyle = css(colours.self, 0.75);
  context.lineWidth = 1.6 * camera.ratio;
  context.setLineDash([10 * camera.ratio, 8 * camera.ratio]);
  context.beginPath();
  context.arc(middle.left, middle.top, radius, 0, 2 * Math.PI);
  context.stroke();
  context.setLineDash([]);
}
