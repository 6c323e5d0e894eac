// How plants and stones look: low ones are painted into the ground, tall ones are sprites that hide who is behind them.
//
// Sizes are in pixels of the sprite at `unit` 1; `unit` is the enlargement.  Light falls from the north-west.

import { css, shaded } from "../scene/colour.js";

function blob(context, colour, x, y, width, height = width) {
  context.fillStyle = css(colour);
  context.beginPath();
  context.ellipse(x, y, width, height, 0, 0, 2 * Math.PI);
  context.fill();
}

function strokes(context, colour, width, lines) {
  context.strokeStyle = css(colour);
  context.lineWidth = width;
  context.lineCap = "round";
  context.beginPath();
  for (const [x, y, toX, toY] of lines) {
    context.moveTo(x, y);
    context.lineTo(toX, toY);
  }
  context.stroke();
}

const LOW = Object.freeze({
  tuft(context, colours, look) {
    const lean = look * 2 - 1;
    strokes(context, shaded(colours.leaf, look > 0.5 ? 0.12 : -0.1), 0.9, [
      [-1.6, 0, -2.6 + lean, -3.2],
      [0, 0.4, lean, -4.2],
      [1.6, 0, 2.4 + lean, -3],
    ]);
  },
  flower(context, colours, look) {
    const petals = [colours.petal, colours.foam, colours.sun][Math.floor(look * 3)];
    const places = [
      [-2.6, -1],
      [1.8, -2.6],
      [2.4, 1.4],
      [-0.8, 2.2],
      [-4, 2.6],
    ];
    for (const [x, y] of places.slice(0, 3 + (Math.floor(look * 7) % 3))) {
      blob(context, colours.leaf, x, y + 1.1, 0.9, 0.7);
      blob(context, petals, x, y, 1.15);
    }
  },
  heather(context, colours, look) {
    for (const [x, y] of [
      [-2, 0],
      [0, -1.4],
      [2, 0.2],
      [0.4, 1],
    ]) {
      blob(context, shaded(colours.heather, look * 0.24 - 0.1), x, y, 1.6, 1.3);
    }
  },
  mushroom(context, colours, look) {
    for (const [x, size] of [
      [-1.4, 1],
      [1.6, 0.7],
    ]) {
      blob(context, colours.foam, x, 0.8, 0.6 * size, 1.2 * size);
      blob(context, look > 0.5 ? colours.petal : colours.wall, x, -0.4, 1.7 * size, 1.1 * size);
    }
  },
  stone(context, colours, look) {
    const size = 1.8 + look * 1.8;
    blob(context, shaded(colours.shade, 0), 0.7, 1, size * 1.05, size * 0.62);
    blob(context, colours.stone, 0, 0, size, size * 0.72);
    blob(context, shaded(colours.stone, 0.2), -size * 0.25, -size * 0.2, size * 0.6, size * 0.36);
  },
  pebble(context, colours, look) {
    blob(context, colours.stone, -1.4, 0, 1.1, 0.8);
    blob(context, shaded(colours.stone, 0.2), 1.3, look * 2 - 1, 0.8, 0.6);
  },
  reed(context, colours, look) {
    const lean = look * 2 - 1;
    strokes(context, shaded(colours.leaf, -0.12), 0.9, [
      [-1.5, 1, -2 + lean, -5],
      [0, 1, lean, -6.4],
      [1.6, 1, 2.2 + lean, -4.4],
    ]);
    blob(context, colours.wall, lean, -6, 0.7, 1.6);
  },
  lily(context, colours, look) {
    blob(context, shaded(colours.leaf, 0.05), 0, 0, 2.2, 1.5);
    blob(context, shaded(colours.leaf, 0.16), -2.6, 1.8, 1.5, 1.05);
    if (look > 0.6) blob(context, colours.petal, 0.3, -0.6, 0.9);
  },
});

/** Paints a low thing at a pixel, `unit` times as large. */
export function paintLow(context, colours, { kind, look }, left, top, unit) {
  context.save();
  context.translate(left, top);
  context.scale(unit, unit);
  LOW[kind](context, colours, look);
  context.restore();
}

function shadow(context, width) {
  context.fillStyle = "rgb(10 18 30 / 0.2)";
  context.beginPath();
  context.ellipse(2.4, 0.4, width, width * 0.4, 0, 0, 2 * Math.PI);
  context.fill();
}

const TALL = Object.freeze({
  oak(context, colours, look) {
    const leaf = shaded(colours.leaf, look * 0.22 - 0.1);
    shadow(context, 10);
    context.fillStyle = css(colours.bark);
    context.fillRect(-1.5, -8, 3, 8.4);
    for (const [x, y, size] of [
      [-5, -13, 6.4],
      [5.4, -12.4, 6],
      [0.6, -18.4, 7.4],
      [0, -11, 6],
    ]) {
      blob(context, shaded(leaf, -0.2), x + 0.6, y + 1.2, size);
    }
    for (const [x, y, size] of [
      [-5, -13.6, 5.6],
      [5, -13.2, 5],
      [0.2, -19, 6.4],
      [-0.4, -12.4, 5],
    ]) {
      blob(context, leaf, x, y, size);
    }
    for (const [x, y, size] of [
      [-6, -15, 2.8],
      [-1.6, -21, 3.4],
      [3.8, -15, 2],
    ]) {
      blob(context, shaded(leaf, 0.16), x, y, size, size * 0.8);
    }
  },
  pine(context, colours, look) {
    const leaf = shaded(colours.pine, look * 0.16 - 0.06);
    shadow(context, 7.6);
    context.fillStyle = css(colours.bark);
    context.fillRect(-1.2, -4, 2.4, 4.4);
    for (const [base, wide, high] of [
      [-3, 7.6, 10],
      [-9, 6.2, 9.4],
      [-15, 4.6, 9],
    ]) {
      cone(context, shaded(leaf, -0.16), base, wide, high, 0, wide);
      cone(context, shaded(leaf, 0.07), base, wide, high, -wide, wide * 0.1);
    }
  },
  bush(context, colours, look) {
    const leaf = shaded(colours.leaf, look * 0.2 - 0.14);
    shadow(context, 6);
    blob(context, shaded(leaf, -0.18), 0.4, -3, 6, 4);
    blob(context, leaf, -1.4, -4.2, 4.4, 3.4);
    blob(context, leaf, 2.6, -3.6, 3, 2.6);
    blob(context, shaded(leaf, 0.15), -2.4, -5.4, 2.2, 1.4);
    if (look < 0.35)
      for (const [x, y] of [
        [-3, -3],
        [1, -4.8],
        [3.4, -3],
      ])
        blob(context, colours.petal, x, y, 0.8);
  },
});

/** The part of a fir's tier from `from` to `to` of its foot. */
function cone(context, colour, base, wide, high, from, to) {
  context.fillStyle = css(colour);
  context.beginPath();
  context.moveTo(0, base - high);
  context.quadraticCurveTo(from * 0.5, base - high * 0.3, from, base);
  context.quadraticCurveTo((from + to) / 2, base + 1.8, to, base);
  context.quadraticCurveTo(to * 0.5, base - high * 0.3, 0, base - high);
  context.fill();
}

/** The room a tall thing needs around its foot at `unit` 1. */
export const TALL_BOX = Object.freeze({ width: 30, height: 32, footX: 14, footY: 28 });

/** How many looks of each kind there are: enough not to be noticed, few enough to be kept as sprites. */
export const LOOKS = 4;

/** Paints a tall thing with its foot at a pixel. */
export function paintTall(context, colours, kind, look, left, top, unit) {
  context.save();
  context.translate(left, top);
  context.scale(unit, unit);
  TALL[kind](context, colours, look);
  context.restore();
}
