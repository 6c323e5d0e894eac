// What moves: the player, others, bots, each with a shape, a colour and, where there is room, a name.

/** Half the size (px) of a figure; its shape tells what it is without its colour. */
const SIZE = 6;

/** The longest name drawn, in characters; the rest becomes an ellipsis. */
const LONGEST_NAME = 24;

/** The most names drawn: beyond this a crowd is a crowd, and measuring them all would cost the frame. */
const MOST_NAMES = 120;

/** The distance (px) of a name from its figure, and its height with some air. */
const NAME_GAP = 9;
const NAME_HEIGHT = 15;

const SHAPES = Object.freeze({
  self(context) {
    context.arc(0, 0, SIZE + 1, 0, 2 * Math.PI);
  },
  player(context) {
    context.arc(0, 0, SIZE, 0, 2 * Math.PI);
  },
  bot(context) {
    context.rect(-SIZE + 1, -SIZE + 1, 2 * SIZE - 2, 2 * SIZE - 2);
  },
});

/** A short line in the direction of the walk. */
function drawHeading(context, { x, z }) {
  const speed = Math.hypot(x, z);
  if (speed === 0) return;
  context.beginPath();
  context.moveTo(0, 0);
  context.lineTo((x / speed) * SIZE * 2.2, (-z / speed) * SIZE * 2.2);
  context.stroke();
}

function drawFigure(context, colours, { kind, vel, left, top }) {
  context.save();
  context.translate(left, top);
  context.fillStyle = context.strokeStyle = colours[kind];
  context.lineWidth = 3;
  context.beginPath();
  SHAPES[kind](context);
  context.fill();
  drawHeading(context, vel);
  context.restore();
}

function shortened(name) {
  const characters = Array.from(name);
  return characters.length > LONGEST_NAME ? `${characters.slice(0, LONGEST_NAME - 1).join("")}…` : name;
}

function overlap(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Draws names above figures in their order, leaving out each that would cover one already there. */
function drawNames(context, colours, figures) {
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.strokeStyle = colours.ground;
  const taken = [];
  for (const { kind, name, left, top } of figures.slice(0, MOST_NAMES)) {
    const text = shortened(name);
    const half = context.measureText(text).width / 2 + 2;
    const bottom = top - NAME_GAP;
    const box = { left: left - half, right: left + half, top: bottom - NAME_HEIGHT, bottom };
    if (taken.some((other) => overlap(box, other))) continue;
    taken.push(box);
    context.strokeText(text, left, bottom);
    context.fillStyle = colours[kind];
    context.fillText(text, left, bottom);
  }
}

/** Whose name comes first where there is no room for all. */
const RANK = Object.freeze({ self: 0, player: 1, bot: 2 });

/** Draws figures `{kind, name, vel, left, top}`; bots lie below players, and the player itself on top. */
export function drawFigures(context, colours, figures) {
  const ranked = figures.toSorted((a, b) => RANK[a.kind] - RANK[b.kind]);
  for (const figure of ranked.toReversed()) drawFigure(context, colours, figure);
  drawNames(context, colours, ranked);
}
