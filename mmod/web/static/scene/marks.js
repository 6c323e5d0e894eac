// Marks on the ground that belong to the player alone: where it stands, where it is bound for, the light it carries.

import { css } from "./colour.js";
import { painted } from "../folk/sprites.js";

/** The radius (m) of the light at night. */
const LANTERN = 13;

/** A ring of the target widens and fades once in this time (ms). */
const PULSE = 1300;

/** Whether the scheme is the dark one: night falls with it. */
function isNight(colours) {
  return colours.panel[0] + colours.panel[1] + colours.panel[2] < 384;
}

function paintLantern(brush, colours, radius) {
  const light = brush.createRadialGradient(radius, radius, 0, radius, radius, radius);
  for (const [at, alpha] of [
    [0, 0.34],
    [0.35, 0.2],
    [0.7, 0.07],
    [1, 0],
  ]) {
    light.addColorStop(at, css(colours.glow, alpha));
  }
  brush.fillStyle = light;
  brush.fillRect(0, 0, 2 * radius, 2 * radius);
}

/** Draws the light around the player, at night. */
export function drawLantern(context, camera, sprites, colours, { left, top }) {
  if (!isNight(colours)) return;
  const radius = Math.round(LANTERN * Math.sqrt((9 * camera.aim) / camera.ratio) * camera.ratio) || 1;
  const picture = sprites.get(`lantern:${radius}`, () =>
    painted(2 * radius, 2 * radius, (brush) => paintLantern(brush, colours, radius)),
  );
  context.drawImage(picture, Math.round(left) - radius, Math.round(top) - radius);
}

function ring(context, colour, width, { left, top }, radius) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.ellipse(left, top, radius, radius * 0.42, 0, 0, 2 * Math.PI);
  context.stroke();
}

/** Draws the ring the player stands in. */
export function drawStand(context, colours, place, unit) {
  ring(context, css(colours.panel, 0.55), 3.6 * unit, place, 11.5 * unit);
  ring(context, css(colours.self), 1.8 * unit, place, 11.5 * unit);
}

/** Draws where the player is bound for, at `now` (ms). */
export function drawTarget(context, colours, place, unit, now, isStill) {
  const part = isStill ? 0.4 : (now % PULSE) / PULSE;
  ring(context, css(colours.self, 1 - part), 2 * unit, place, (3 + 9 * part) * unit);
  ring(context, css(colours.self), 2.4 * unit, place, 3 * unit);
}
