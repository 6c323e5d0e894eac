// A player as a small figure of coloured paper, seen from one of four sides, with what it wears.
//
// It is drawn in a box of 36 by 46 units with its feet at (18, 42); `stride` is -1 to 1 between two steps.

import { css, shaded } from "../scene/colour.js";
import { chanceOf } from "../land/noise.js";
import { drawHeld } from "./held.js";

/** The box, and where in it the feet stand. */
export const PERSON_BOX = Object.freeze({ width: 36, height: 46, footX: 18, footY: 42 });

const CLOTHES = Object.freeze([
  [62, 116, 138],
  [176, 92, 74],
  [106, 132, 78],
  [196, 152, 74],
  [126, 96, 146],
  [82, 104, 160],
  [170, 112, 130],
  [92, 142, 126],
]);
const HAIR = Object.freeze([
  [62, 44, 36],
  [118, 76, 44],
  [196, 150, 84],
  [40, 40, 48],
  [150, 72, 48],
  [190, 186, 180],
]);
const SKIN = Object.freeze([
  [242, 206, 172],
  [222, 172, 130],
  [178, 124, 84],
  [124, 82, 58],
]);

const oneOf = (list, id, salt) => list[Math.floor(chanceOf(id, salt) * list.length)];

/** The colours a player was born with: they follow from its id, so everybody sees it alike. */
export function bornAs(id) {
  return { cloth: oneOf(CLOTHES, id, 1), hair: oneOf(HAIR, id, 2), skin: oneOf(SKIN, id, 4) };
}

const DARK = [38, 34, 44];

function round(context, colour, left, top, width, height, radius) {
  context.fillStyle = css(colour);
  context.beginPath();
  context.roundRect(left, top, width, height, radius);
  context.fill();
}

function disc(context, colour, x, y, width, height = width) {
  context.fillStyle = css(colour);
  context.beginPath();
  context.ellipse(x, y, width, height, 0, 0, 2 * Math.PI);
  context.fill();
}

function drawLegs(context, { legs, feet }, side, stride) {
  const spread = side === "east" ? 0 : 3.1;
  for (const [which, lift] of [
    [-1, Math.max(0, stride)],
    [1, Math.max(0, -stride)],
  ]) {
    const along = side === "east" ? which * stride * 3.4 : 0;
    const x = 18 + which * spread + along;
    round(context, which < 0 ? shaded(legs, -0.12) : legs, x - 2.3, 31, 4.6, 9.4 - lift * 2.6, 1.6);
    round(context, feet, x - 2.6 + (side === "east" ? 0.8 : 0), 38.6 - lift * 2.6, 5.4, 3.6, 1.7);
  }
}

function drawBody(context, { cloth, scarf, chest }, side) {
  const colour = chest?.colour ?? cloth;
  const wide = side === "east" ? 11 : 14.4;
  context.fillStyle = css(colour);
  context.beginPath();
  context.moveTo(18 - wide * 0.4, 19);
  context.lineTo(18 + wide * 0.4, 19);
  context.quadraticCurveTo(18 + wide * 0.56, 28, 18 + wide * 0.56, 34.4);
  context.quadraticCurveTo(18, 36.8, 18 - wide * 0.56, 34.4);
  context.quadraticCurveTo(18 - wide * 0.56, 28, 18 - wide * 0.4, 19);
  context.fill();
  if (chest) drawArmour(context, chest, wide);
  round(context, shaded(colour, -0.34), 18 - wide * 0.54, 29, wide * 1.08, 2, 0.8);
  if (scarf) round(context, scarf, 18 - wide * 0.42, 18.4, wide * 0.84, 3.6, 1.8);
}

function drawArmour(context, { colour }, wide) {
  context.fillStyle = css(shaded(colour, 0.22));
  for (const y of [22.6, 25.4, 32]) context.fillRect(18 - wide * 0.36, y, wide * 0.72, 0.8);
}

function drawArms(context, { cloth, chest, skin }, side, stride) {
  const colour = shaded(chest?.colour ?? cloth, -0.14);
  const arms =
    side === "east"
      ? [[18 + stride * -2.6, 0]]
      : [
          [9.8, stride],
          [26.2, -stride],
        ];
  for (const [x, swing] of arms) {
    round(context, colour, x - 2, 20.4 + swing * 0.6, 4, 8.8, 2);
    disc(context, skin, x, 29.6 + swing * 0.8, 1.9);
  }
}

function drawFace(context, side) {
  const eyes = { south: [15, 21], east: [22.2], north: [] }[side];
  for (const x of eyes) disc(context, DARK, x, 13.6, 1.05, 1.35);
  if (side === "south") for (const x of [13, 23]) disc(context, [226, 128, 108], x, 16.2, 1.5, 0.8);
}

function drawHair(context, hair, side) {
  context.fillStyle = css(hair);
  context.beginPath();
  if (side === "north") context.ellipse(18, 11.8, 8.6, 8.4, 0, 0, 2 * Math.PI);
  else if (side === "east") context.ellipse(16.4, 9.6, 8.2, 6.4, -0.5, Math.PI * 0.72, Math.PI * 2.02);
  else drawFringe(context);
  context.fill();
  if (side === "east") disc(context, hair, 12.2, 12.4, 3.6, 5.4);
}

/** Hair that is parted on the forehead and comes down to the ears. */
function drawFringe(context) {
  context.moveTo(9.2, 14.6);
  context.bezierCurveTo(8, 0.4, 28, 0.4, 26.8, 14.6);
  context.quadraticCurveTo(25.6, 11, 23.4, 9.6);
  context.quadraticCurveTo(19, 9.4, 15.6, 6.8);
  context.quadraticCurveTo(13.4, 10, 11.4, 10.4);
  context.quadraticCurveTo(9.8, 11.6, 9.2, 14.6);
}

function drawHat(context, { shape, colour }, side) {
  context.fillStyle = css(colour);
  context.beginPath();
  context.ellipse(18, 10.2, 9.4, 8.6, 0, Math.PI, 2 * Math.PI);
  context.fill();
  if (shape === "helmet") {
    round(context, shaded(colour, -0.2), 8.6, 9.4, 18.8, 2.6, 1.2);
    round(context, shaded(colour, 0.24), 17, 1, 2, 9, 1);
    if (side === "south") round(context, colour, 16.9, 10, 2.2, 5, 1);
  } else {
    round(context, shaded(colour, -0.18), 8.4, 8.6, 19.2, 3.4, 1.7);
    disc(context, shaded(colour, 0.34), 18, 2.4, 2.3);
  }
}

function drawHead(context, look, side) {
  disc(context, look.skin, 18, 12.4, 8.2, 8);
  drawFace(context, side);
  drawHair(context, look.hair, side);
  if (look.head) drawHat(context, look.head, side);
}

/**
 * Draws a person that looks like `look` {cloth, hair, skin, legs, feet, scarf?, chest?, head?, main?, off?} seen from
 * `side` (south is its face, north its back, east its right side).
 */
export function drawPerson(context, look, side, stride) {
  const isBack = side === "north";
  if (isBack) drawHeld(context, look, side, stride);
  drawLegs(context, look, side, stride);
  drawBody(context, look, side);
  drawArms(context, look, side, stride);
  drawHead(context, look, side);
  if (!isBack) drawHeld(context, look, side, stride);
}
