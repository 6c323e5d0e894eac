// The canvas: cells, and everybody in them.

import { palette } from "./palette.js";

/** Pixels a cell must have for its coordinates, and for lines around it. */
const LABELLED = 74;
const LINED = 7;

/** Pixels per metre from which players have their names beside them, and bots are worth a dot. */
const NAMES_FROM = 0.28;

/** A cell with so many has its full colour. */
const CROWD = 24;

/** Pixels around a point within which a figure may still be seen. */
const MARGIN = 90;

/** Players in the window up to which trails are drawn: beyond it they would cover the map, and cost frames. */
const MOST_TRAILS = 300;

/** Pixels of a name's line, and of a letter on average. */
const LINE = 15;
const LETTER = 7.2;

const FULL_TURN = 2 * Math.PI;

function tint(context, colour, share, box) {
  context.globalAlpha = share;
  context.fillStyle = colour;
  context.fillRect(box.left, box.top, box.size, box.size);
  context.globalAlpha = 1;
}

/** How full a colour is for so many: few already show, and what stands on it stays readable. */
function fullness(count) {
  return count === 0 ? 0 : 0.06 + 0.3 * Math.min(1, Math.log1p(count) / Math.log1p(CROWD));
}

function boxOf(camera, cell, size) {
  const { left, top } = camera.pixel({ x: cell.cx * size, z: (cell.cz + 1) * size });
  return { left, top, size: size * camera.scale };
}

function inWindow(camera, { left, top, size }) {
  return left < camera.width && top < camera.height && left + size > 0 && top + size > 0;
}

function drawLabel(context, colours, cell, box) {
  context.textAlign = "left";
  context.textBaseline = "top";
  context.font = '12px "Avenir Next", "Segoe UI", "Liberation Sans", system-ui, sans-serif';
  context.fillStyle = colours.muted;
  context.fillText(`${cell.cx}, ${cell.cz}`, box.left + 7, box.top + 6);
  context.textBaseline = "bottom";
  context.fillStyle = cell.players > 0 ? colours.player : colours.bot;
  const players = cell.players > 0 ? `${cell.players} ${cell.players === 1 ? "player" : "players"}` : "";
  const bots = cell.bots > 0 ? `${cell.bots} ${cell.bots === 1 ? "bot" : "bots"}` : "";
  const wide = box.size > 2 * LABELLED ? [players, bots].filter(Boolean).join(", ") : "";
  context.fillText(wide || [cell.players || "", cell.bots || ""].filter(Boolean).join(" + "), box.left + 7, box.top + box.size - 6);
}

function drawCell(context, colours, cell, box) {
  tint(context, colours.land, 1, box);
  tint(context, colours.bot, 0.3 * fullness(cell.bots), box);
  tint(context, colours.player, fullness(cell.players), box);
  if (box.size < LINED) return;
  context.strokeStyle = colours.edge;
  context.lineWidth = 1;
  context.strokeRect(Math.round(box.left) + 0.5, Math.round(box.top) + 0.5, Math.round(box.size), Math.round(box.size));
  if (box.size >= LABELLED) drawLabel(context, colours, cell, box);
}

function drawTrail(context, camera, colours, figure) {
  if (figure.trail.length < 2) return;
  context.strokeStyle = colours.player;
  context.lineWidth = 2;
  context.lineCap = "round";
  const points = figure.trail.map((point) => camera.pixel(point));
  for (let step = 1; step < points.length; step += 1) {
    context.globalAlpha = (0.5 * step) / points.length;
    context.beginPath();
    context.moveTo(points[step - 1].left, points[step - 1].top);
    context.lineTo(points[step].left, points[step].top);
    context.stroke();
  }
  context.globalAlpha = 1;
}

function dot(context, { left, top }, radius, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(left, top, radius, 0, FULL_TURN);
  context.fill();
}

function drawName(context, colours, { left, top }, name) {
  context.font = '600 12px "Avenir Next", "Segoe UI", "Liberation Sans", system-ui, sans-serif';
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = colours.panel;
  context.strokeText(name, left, top - 9);
  context.fillStyle = colours.ink;
  context.fillText(name, left, top - 9);
}

/** The chosen one: a ring, and how far it sees. */
function drawChoice(context, camera, colours, at, radius) {
  context.strokeStyle = colours.self;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(at.left, at.top, 10, 0, FULL_TURN);
  context.stroke();
  context.setLineDash([5, 6]);
  context.lineWidth = 1;
  context.beginPath();
  context.arc(at.left, at.top, radius * camera.scale, 0, FULL_TURN);
  context.stroke();
  context.setLineDash([]);
}

function nearWindow(camera, { left, top }) {
  return left > -MARGIN && top > -MARGIN && left < camera.width + MARGIN && top < camera.height + MARGIN;
}

/** Those whose names do not lie over one before them. */
function apart(players) {
  const taken = new Map();
  return players.filter(({ figure, at }) => {
    const [row, half] = [Math.round(at.top / LINE), (figure.name.length * LETTER) / 2];
    const beside = [row - 1, row, row + 1].flatMap((line) => taken.get(line) ?? []);
    if (beside.some((other) => Math.abs(other.top - at.top) < LINE && Math.abs(other.left - at.left) < half + other.half)) return false;
    taken.set(row, [...(taken.get(row) ?? []), { ...at, half }]);
    return true;
  });
}

export class Chart {
  #canvas;
  #context;
  #camera;

  constructor(canvas, camera) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#camera = camera;
  }

  /** Draws the atlas as of `now` (ms), with one player chosen, or nobody. */
  draw(atlas, now, chosen, margin) {
    const [context, camera, colours] = [this.#frame(margin), this.#camera, palette()];
    context.fillStyle = colours.ground;
    context.fillRect(0, 0, camera.width, camera.height);
    if (atlas.world === null) return;
    this.#drawCells(context, camera, colours, atlas);
    const figures = [...atlas.figures.values()]
      .map((figure) => ({ figure, at: camera.pixel(figure.at(now)) }))
      .filter(({ at }) => nearWindow(camera, at));
    this.#drawFigures(context, camera, colours, figures, chosen, atlas.world.aoi_radius);
  }

  /** Gives the canvas the size of its box in pixels of the screen. */
  #frame(margin) {
    const ratio = window.devicePixelRatio;
    const { clientWidth, clientHeight } = this.#canvas;
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#camera.resize(clientWidth, clientHeight, margin);
    return this.#context;
  }

  #drawCells(context, camera, colours, { cells, world }) {
    for (const cell of cells.values()) {
      const box = boxOf(camera, cell, world.cell_size);
      if (inWindow(camera, box)) drawCell(context, colours, cell, box);
    }
  }

  #drawFigures(context, camera, colours, figures, chosen, radius) {
    const players = figures.filter(({ figure }) => figure.kind === "player");
    for (const { figure, at } of figures) if (figure.kind === "bot") dot(context, at, 2.5, colours.bot);
    if (players.length <= MOST_TRAILS) for (const { figure } of players) drawTrail(context, camera, colours, figure);
    for (const { figure, at } of players) {
      dot(context, at, 6, colours.panel);
      dot(context, at, 4.5, figure === chosen ? colours.self : colours.player);
    }
    const own = players.find(({ figure }) => figure === chosen);
    if (own !== undefined) drawChoice(context, camera, colours, own.at, radius);
    const others = camera.scale >= NAMES_FROM ? players.filter((player) => player !== own) : [];
    const named = own === undefined ? others : [own, ...others];
    for (const { figure, at } of apart(named)) drawName(context, colours, at, figure.name);
  }
}
