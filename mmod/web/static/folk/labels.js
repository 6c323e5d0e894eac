// Names above heads: each is painted once with its halo, and left out where it would cover one that matters more.

import { css } from "../scene/colour.js";
import { painted } from "./sprites.js";

/** The longest name drawn, in characters; the rest becomes an ellipsis. */
const LONGEST_NAME = 24;

/** The most names drawn: beyond this a crowd is a crowd. */
const MOST_NAMES = 110;

/** px of the style sheet: the text's size for players and bots, the halo around it, and the room a line takes. */
const TEXT = Object.freeze({ self: 13.5, player: 13, bot: 11 });
const HALO = 3.2;
const LINE = 19;

const FONT = '"Avenir Next", "Segoe UI", "Helvetica Neue", "Liberation Sans", system-ui, sans-serif';

const ruler = new OffscreenCanvas(1, 1).getContext("2d");

function shortened(name) {
  const characters = Array.from(name);
  return characters.length > LONGEST_NAME ? `${characters.slice(0, LONGEST_NAME - 1).join("")}…` : name;
}

const fontOf = (kind, ratio) => `${kind === "bot" ? 500 : 600} ${TEXT[kind] * ratio}px ${FONT}`;

function paint(context, colours, kind, text, ratio) {
  context.font = fontOf(kind, ratio);
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = HALO * ratio;
  context.strokeStyle = css(colours.panel, kind === "bot" ? 0.72 : 0.88);
  context.fillStyle = css(colours[kind]);
  const [x, y] = [HALO * ratio, (LINE * ratio) / 2];
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

function picture(colours, kind, text, ratio) {
  ruler.font = fontOf(kind, ratio);
  const width = ruler.measureText(text).width + 2 * HALO * ratio;
  return painted(width, LINE * ratio, (context) => paint(context, colours, kind, text, ratio));
}

function overlap(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Draws names `{kind, name, left, top}` above their points in the order given, the first ones for certain. */
export function drawLabels(context, { ratio }, sprites, colours, named) {
  const taken = [];
  for (const { kind, name, left, top } of named.slice(0, MOST_NAMES)) {
    const shown = sprites.get(`name:${kind}:${ratio}:${name}`, () => picture(colours, kind, shortened(name), ratio));
    const box = { left: Math.round(left - shown.width / 2), top: Math.round(top - shown.height) };
    Object.assign(box, { right: box.left + shown.width, bottom: box.top + shown.height });
    if (taken.some((other) => overlap(box, other))) continue;
    taken.push(box);
    context.drawImage(shown, box.left, box.top);
  }
}
