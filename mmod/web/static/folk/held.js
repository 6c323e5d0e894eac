// What a person holds in its hands, in the units of person.js.

import { css, shaded } from "../scene/colour.js";

const WOOD = [122, 84, 52];

/** Where the hands are, by the side a person is seen from: its right hand holds the weapon. */
const HANDS = Object.freeze({
  south: { main: [9.6, 29.6], off: [26.4, 28] },
  north: { main: [26.4, 29.6], off: [9.6, 28] },
  east: { main: [20.4, 29.6], off: [15.6, 28] },
});

function bar(context, colour, width, x, y, toX, toY) {
  context.strokeStyle = css(colour);
  context.lineWidth = width;
  context.lineCap = "round";
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(toX, toY);
  context.stroke();
}

function disc(context, colour, x, y, radius) {
  context.fillStyle = css(colour);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** Shapes with the hand at (0, 0) and the sky above. */
const SHAPES = Object.freeze({
  sword(context, colour) {
    bar(context, shaded(colour, -0.2), 2.6, 0, -2, 0, -14);
    bar(context, shaded(colour, 0.3), 1.2, -0.3, -2, -0.3, -14);
    bar(context, WOOD, 2, -2.6, -2, 2.6, -2);
    bar(context, WOOD, 2, 0, -1, 0, 2);
  },
  dagger(context, colour) {
    bar(context, colour, 2.2, 0, -2, 0, -7.4);
    bar(context, WOOD, 1.8, -1.8, -1.6, 1.8, -1.6);
  },
  club(context, colour) {
    bar(context, shaded(colour, -0.1), 2.4, 0, 3, 0, -6);
    bar(context, colour, 4.8, 0, -7, 0, -11);
  },
  axe(context, colour) {
    bar(context, WOOD, 2, 0, 3, 0, -11);
    bar(context, colour, 4, 1.6, -10, 2.6, -7);
  },
  staff(context, colour) {
    bar(context, WOOD, 1.8, 0, 10, 0, -16);
    disc(context, colour, 0, -16.6, 2.1);
  },
  bow(context, colour) {
    context.strokeStyle = css(colour);
    context.lineWidth = 1.8;
    context.beginPath();
    context.arc(-3, 0, 8.5, -1.1, 1.1);
    context.stroke();
  },
  shield(context, colour) {
    disc(context, shaded(colour, -0.3), 0, -1.6, 6.4);
    disc(context, colour, -0.2, -1.9, 5.3);
    disc(context, shaded(colour, 0.36), -0.2, -1.9, 1.7);
  },
  torch(context, colour) {
    bar(context, colour, 2.2, 0, 3, 0, -6);
    disc(context, [240, 140, 54], 0, -8.6, 3.1);
    disc(context, [255, 224, 130], 0, -8, 1.7);
  },
});

function drawIn(context, [x, y], lift, { shape, colour }) {
  if (!Object.hasOwn(SHAPES, shape)) return;
  context.save();
  context.translate(x, y + lift);
  SHAPES[shape](context, colour);
  context.restore();
}

/** Draws what `look.main` and `look.off` are, as `{shape, colour}`. */
export function drawHeld(context, { main, off }, side, stride) {
  const hands = HANDS[side];
  if (off) drawIn(context, hands.off, -stride * 0.8, off);
  if (main) drawIn(context, hands.main, stride * 0.8, main);
}
