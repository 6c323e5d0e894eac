// The canvas: draws the world as it is shown at a moment.

import { Camera } from "./camera.js";
import { drawFigures } from "./figures.js";
import { drawCells, drawGrid, drawSight } from "./ground.js";
import { palette } from "./palette.js";

/** What the empty page shows before anybody has joined: a radius in metres. */
const RADIUS_BEFORE = 128;

/** How much (px) beyond the window a figure may stand and still be drawn: it may reach in. */
const MARGIN = 20;

export class View {
  #canvas;
  #context;
  #camera = new Camera();

  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
  }

  /** Enlarges by a factor. */
  zoomBy(factor) {
    this.#camera.zoomBy(factor);
  }

  /** Draws `world` as of `now` (ms); faintly unless `present`. */
  draw(world, now, present) {
    this.#frame(world.config?.aoi_radius ?? RADIUS_BEFORE);
    const [context, camera, colours] = [this.#context, this.#camera, palette()];
    if (world.config === null) {
      drawGrid(context, camera, colours);
      return;
    }
    const centre = world.shown(world.playerId, now);
    camera.moveTo(centre);
    drawGrid(context, camera, colours);
    drawCells(context, camera, colours, world.config.cell_size, world.cell);
    drawSight(context, camera, colours, centre, world.config.aoi_radius);
    context.globalAlpha = present ? 1 : 0.35;
    drawFigures(context, colours, this.#figures(world, now));
    context.globalAlpha = 1;
  }

  /** Empties the canvas, and gives it the size of the window in pixels of the screen. */
  #frame(radius) {
    const ratio = window.devicePixelRatio;
    const { clientWidth, clientHeight } = this.#canvas;
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      Object.assign(this.#canvas, { width, height });
    }
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#context.clearRect(0, 0, clientWidth, clientHeight);
    this.#camera.fit(clientWidth, clientHeight, radius);
  }

  /** Everybody in the window, where the screen has them. */
  #figures(world, now) {
    const self = { id: world.playerId, name: world.playerId, kind: "self", vel: world.velocity };
    const { width, height } = this.#camera;
    return [self, ...world.entities]
      .map(({ id, name, kind, vel }) => ({ name, kind, vel, ...this.#camera.pixel(world.shown(id, now)) }))
      .filter(({ left, top }) => left > -MARGIN && top > -MARGIN && left < width + MARGIN && top < height + MARGIN);
  }
}
