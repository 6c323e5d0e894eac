// The canvas: draws the world as it is shown at a moment, from the ground up.

import { Figures, figureUnit } from "../folk/figures.js";
import { drawLabels } from "../folk/labels.js";
import { Sprites } from "../folk/sprites.js";
import { Tiles } from "../land/tiles.js";
import { Camera } from "./camera.js";
import { drawCells, drawCrossing } from "./cells.js";
import { drawLantern, drawStand, drawTarget } from "./marks.js";
import { onRepaint, palette } from "./palette.js";
import { drawSight } from "./sight.js";
import { Trails } from "./trails.js";

/** What the empty page shows before anybody has joined: a radius (m) of interest. */
const RADIUS_BEFORE = 128;

/** How the camera drifts (m/s) over the land before anybody has joined. */
const DRIFT = Object.freeze({ x: 1.6, z: 0.5 });

/** Longer (s) than this no frame counts: the page was hidden. */
const LONGEST_FRAME = 0.25;

/** Whose name is drawn first. */
const RANK = Object.freeze({ self: 0, player: 1, bot: 2 });

export class View {
  camera = new Camera();
  #canvas;
  #context;
  #tiles = new Tiles();
  #sprites = new Sprites();
  #figures = new Figures(this.#sprites);
  #trails = new Trails();
  #before = 0;
  #adrift = { x: 34, z: 22 };

  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { alpha: false });
    onRepaint(() => {
      this.#tiles.clear();
      this.#sprites.clear();
    });
  }

  /**
   * Draws `scene` {self, others, config, cell, slots, handover, handoverAt, target} as of `now` (ms); without a `self`
   * only the land.  `isStill`: nothing moves that need not.
   */
  draw(scene, now, isStill) {
    const seconds = Math.min(LONGEST_FRAME, (now - this.#before) / 1000);
    this.#before = now;
    this.#fit(scene.config?.aoi_radius ?? RADIUS_BEFORE);
    if (!scene.self) this.#drift(isStill ? 0 : seconds);
    this.camera.move(scene.self?.pos ?? this.#adrift, seconds, isStill);
    const colours = palette();
    this.#tiles.draw(this.#context, this.camera, colours, now);
    if (scene.self) this.#drawWorld(scene, colours, now, isStill);
    else this.#figures.draw(this.#context, this.camera, colours, []);
  }

  /** Whether the ground was painted by the last frame. */
  get isPainted() {
    return this.#tiles.isWhole(this.#before);
  }

  #drift(seconds) {
    this.#adrift = { x: this.#adrift.x + DRIFT.x * seconds, z: this.#adrift.z + DRIFT.z * seconds };
  }

  #fit(radius) {
    const { clientWidth, clientHeight } = this.#canvas;
    this.camera.fit(clientWidth, clientHeight, radius);
    const { width, height } = this.camera;
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
  }

  #drawWorld(scene, colours, now, isStill) {
    const [context, camera] = [this.#context, this.camera];
    const { self, others, config, cell, slots, handover, handoverAt } = scene;
    const walkers = [{ ...self, kind: "self", name: self.name, slots }, ...others];
    this.#trails.walk(walkers, now);
    drawCells(context, camera, colours, config.cell_size, cell);
    if (handover) drawCrossing(context, camera, colours, config.cell_size, handover, now - handoverAt);
    this.#trails.draw(context, camera, colours, now);
    this.#drawMarks(scene, colours, now, isStill);
    const named = this.#figures.draw(context, camera, colours, walkers);
    drawSight(context, camera, colours, self.pos, config.aoi_radius);
    named.sort((one, other) => RANK[one.kind] - RANK[other.kind]);
    drawLabels(context, camera, this.#sprites, colours, named);
  }

  #drawMarks({ self, target }, colours, now, isStill) {
    const [context, camera] = [this.#context, this.camera];
    const unit = figureUnit(camera.scale / camera.ratio) * camera.ratio;
    const place = camera.projection(self.pos);
    drawLantern(context, camera, this.#sprites, colours, place);
    drawStand(context, colours, place, unit);
    if (target) drawTarget(context, colours, camera.projection(target), unit, now, isStill);
  }
}
