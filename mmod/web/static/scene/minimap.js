// The whole circle of interest on a small round map: cells, everybody in it, and which part of it the window shows.

import { paintGround } from "../land/ground.js";
import { css } from "./colour.js";
import { onRepaint, palette } from "./palette.js";

/** How often (ms) it is drawn: others move a pixel in this time at most. */
const EVERY = 100;

/** How much farther than the radius of interest it reaches. */
const REACH = 1.22;

/** How far (m) the player walks before the land is painted anew. */
const PATCH = 48;

/** The radius of a dot, as a share of the map's side. */
const DOT = Object.freeze({ player: 0.016, bot: 0.0105 });

export class Minimap {
  #canvas;
  #context;
  #land = null;
  #key = "";
  #drawnAt = -Infinity;

  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { alpha: false });
    onRepaint(() => (this.#key = ""));
  }

  /** Draws `scene` (as `View.draw` takes it) as of `now` (ms), when it is time. */
  draw(scene, camera, now) {
    if (!scene.self || now - this.#drawnAt < EVERY) return;
    this.#drawnAt = now;
    const { ratio } = camera;
    const side = Math.round(this.#canvas.clientWidth * ratio);
    if (side === 0) return;
    if (this.#canvas.width !== side) Object.assign(this.#canvas, { width: side, height: side });
    const scale = side / (2 * REACH * scene.config.aoi_radius);
    this.#drawLand(scene, side, scale);
    this.#drawCells(scene, side, scale, ratio);
    this.#drawSight(scene, camera, side, scale, ratio);
    this.#drawFolk(scene, side, scale, ratio);
  }

  #drawLand({ self, config }, side, scale) {
    const metres = 2 * REACH * config.aoi_radius + 2 * PATCH;
    const [column, row] = [Math.round(self.pos.x / PATCH), Math.round(self.pos.z / PATCH)];
    const [west, north] = [column * PATCH - metres / 2, row * PATCH + metres / 2];
    const size = Math.ceil(metres * scale);
    const key = `${column},${row},${size}`;
    if (key !== this.#key) {
      this.#land = new OffscreenCanvas(size, size);
      paintGround(this.#land.getContext("2d"), size, { west, north, metres, column, row }, palette());
      this.#key = key;
    }
    const [left, top] = [(west - self.pos.x) * scale + side / 2, (self.pos.z - north) * scale + side / 2];
    this.#context.drawImage(this.#land, left, top);
  }

  #drawCells({ self, config: { cell_size, aoi_radius } }, side, scale, ratio) {
    const context = this.#context;
    const reach = REACH * aoi_radius;
    context.strokeStyle = css(palette().line, 0.9);
    context.lineWidth = 1.2 * ratio;
    context.beginPath();
    for (let n = Math.ceil((self.pos.x - reach) / cell_size); n * cell_size < self.pos.x + reach; n += 1) {
      const x = (n * cell_size - self.pos.x) * scale + side / 2;
      context.moveTo(x, 0);
      context.lineTo(x, side);
    }
    for (let n = Math.ceil((self.pos.z - reach) / cell_size); n * cell_size < self.pos.z + reach; n += 1) {
      const y = (self.pos.z - n * cell_size) * scale + side / 2;
      context.moveTo(0, y);
      context.lineTo(side, y);
    }
    context.stroke();
  }

  #drawSight({ config }, camera, side, scale, ratio) {
    const context = this.#context;
    const colours = palette();
    context.fillStyle = css(colours.mist, 0.5);
    context.beginPath();
    context.rect(0, 0, side, side);
    context.arc(side / 2, side / 2, config.aoi_radius * scale, 0, 2 * Math.PI);
    context.fill("evenodd");
    const [width, height] = [(camera.width / camera.scale) * scale, (camera.height / camera.scale) * scale];
    context.strokeStyle = css(colours.ink, 0.5);
    context.lineWidth = ratio;
    if (!camera.isSurvey) context.strokeRect((side - width) / 2, (side - height) / 2, width, height);
    context.strokeStyle = css(colours.self, 0.8);
    context.beginPath();
    context.arc(side / 2, side / 2, config.aoi_radius * scale, 0, 2 * Math.PI);
    context.stroke();
  }

  #drawFolk({ self, others }, side, scale, ratio) {
    const context = this.#context;
    const colours = palette();
    for (const kind of ["bot", "player"]) {
      context.fillStyle = css(colours[kind]);
      context.beginPath();
      for (const { pos } of others.filter((other) => other.kind === kind)) {
        const [x, y] = [(pos.x - self.pos.x) * scale + side / 2, (self.pos.z - pos.z) * scale + side / 2];
        context.moveTo(x, y);
        context.arc(x, y, DOT[kind] * side, 0, 2 * Math.PI);
      }
      context.fill();
    }
    this.#drawSelf(self, colours, side / 2, ratio);
  }

  #drawSelf({ facing }, colours, middle, ratio) {
    const context = this.#context;
    context.save();
    context.translate(middle, middle);
    context.rotate(-facing);
    context.scale(ratio, ratio);
    context.beginPath();
    for (const [x, y] of [
      [6.5, 0],
      [-4.5, 4.2],
      [-2.4, 0],
      [-4.5, -4.2],
    ])
      context.lineTo(x, y);
    context.closePath();
    context.fillStyle = css(colours.self);
    context.strokeStyle = css(colours.panel);
    context.lineWidth = 1.4;
    context.stroke();
    context.fill();
    context.restore();
  }
}
