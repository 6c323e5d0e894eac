// A bot: a small spirit of the meadow with a leaf on its head.  Nobody takes it for a player.
//
// It is drawn in a box of 30 by 34 units with its feet at (15, 30).

import { css, mix, shaded } from "../scene/colour.js";

/** The box, and where in it the feet stand. */
export const WISP_BOX = Object.freeze({ width: 30, height: 34, footX: 15, footY: 30 });

/** Looks there are: more or less pale. */
export const WISP_LOOKS = 3;

const EYE = [36, 46, 40];

function disc(context, colour, x, y, width, height = width) {
  context.fillStyle = css(colour);
  context.beginPath();
  context.ellipse(x, y, width, height, 0, 0, 2 * Math.PI);
  context.fill();
}

function drawLeaf(context, colour, lean) {
  context.strokeStyle = css(shaded(colour, -0.3));
  context.lineWidth = 1.4;
  context.beginPath();
  context.moveTo(15, 13);
  context.quadraticCurveTo(15, 9, 15 + lean, 7);
  context.stroke();
  context.save();
  context.translate(15 + lean, 6.6);
  context.rotate(0.5 + lean * 0.12);
  disc(context, colour, 3, -0.6, 4.4, 2.3);
  disc(context, shaded(colour, 0.2), 2.4, -1.1, 2.8, 1);
  context.restore();
}

function drawFace(context, side) {
  const eyes = { south: [11.6, 18.4], east: [19.6], north: [] }[side];
  for (const x of eyes) {
    disc(context, EYE, x, 20, 1.5, 2);
    disc(context, [255, 255, 255], x - 0.4, 19.2, 0.55);
  }
}

/** Draws a wisp of a look (0 to WISP_LOOKS - 1) in the colour of bots. */
export function drawWisp(context, colours, look, side, stride) {
  const body = mix(colours.foam, colours.leaf, 0.22 + look * 0.16);
  const stretch = Math.abs(stride) * 0.9;
  for (const which of [-1, 1]) disc(context, shaded(body, -0.3), 15 + which * 3.6 + stride * which, 29, 2.3, 1.5);
  disc(context, shaded(body, -0.14), 15.4, 22.4 - stretch * 0.4, 9.2 - stretch * 0.4, 8 + stretch * 0.4);
  disc(context, body, 14.8, 21.6 - stretch * 0.4, 8.7 - stretch * 0.4, 7.4 + stretch * 0.4);
  disc(context, shaded(body, 0.34), 12.2, 18.6, 3.2, 2.2);
  drawLeaf(context, shaded(colours.leaf, 0.04), side === "east" ? -1.5 : stride);
  drawFace(context, side);
}
