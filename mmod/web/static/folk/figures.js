// Everything upright, from the farthest to the nearest: players, bots, bushes and trees.

import { LOOKS, paintTall, TALL_BOX } from "../land/flora.js";
import { grown } from "../land/growth.js";
import { chanceOf } from "../land/noise.js";
import { isWater } from "../land/terrain.js";
import { plantUnit } from "../land/tiles.js";
import { css } from "../scene/colour.js";
import { lookOf } from "./gear.js";
import { Gaits, sideOf } from "./gait.js";
import { bornAs, drawPerson, PERSON_BOX } from "./person.js";
import { painted } from "./sprites.js";
import { drawWisp, WISP_BOX, WISP_LOOKS } from "./wisp.js";

/** How much (px of the style sheet) beyond the window something may stand and still reach in. */
const MARGIN = 40;

/** How far (units) a step lifts the body. */
const BOB = 1.5;

/** How deep (units) somebody in the water stands in it. */
const WADING = 7;

/** How faint a tree is behind which the player stands. */
const FAINT = 0.45;

const TROUSERS = Object.freeze([88, 82, 96]);
const SHOES = Object.freeze([86, 64, 52]);

/** How large figures are at an enlargement (px/m): near their true size when close, still to be seen from afar. */
export function figureUnit(scale) {
  return Math.min(2, Math.max(0.42, (scale / 9) ** 0.6 * 1.12));
}

/** What a player looks like who wears `slots` (as in the protocol); of others nothing is known but their id. */
export function lookOfPlayer(id, slots = {}, scarf = null) {
  const worn = (slot) => (slots[slot] ? lookOf(slots[slot].instance.template_id, [slot]) : null);
  const [legs, feet] = [worn("legs")?.colour ?? TROUSERS, worn("feet")?.colour ?? SHOES];
  const [chest, head, main, off] = ["chest", "head", "main_hand", "off_hand"].map(worn);
  return { ...bornAs(id), legs, feet, scarf, chest, head, main, off };
}

const signature = (look) =>
  Object.values(look)
    .map((part) => part && (part.shape ?? "") + (part.colour ?? part))
    .join();

export class Figures {
  #sprites;
  #gaits = new Gaits();
  #looks = new Map();

  /** `sprites` keeps the pictures. */
  constructor(sprites) {
    this.#sprites = sprites;
  }

  /** Draws `walkers` {id, kind, name, pos, vel, facing, slots?} among the trees; returns where names go. */
  draw(context, camera, colours, walkers) {
    const strides = this.#gaits.walk(walkers);
    const people = this.#visible(camera, walkers, strides);
    const self = people.find(({ walker }) => walker.kind === "self");
    const upright = [...people, ...this.#trees(camera)].sort((one, other) => one.top - other.top);
    for (const figure of upright) {
      if (figure.walker) this.#drawWalker(context, camera, colours, figure);
      else this.#drawTree(context, camera, colours, figure, self);
    }
    const unit = figureUnit(camera.scale / camera.ratio) * camera.ratio;
    return people.map(({ walker: { kind, name }, left, top }) => {
      return { kind, name, left, top: top - (kind === "bot" ? 26 : 40) * unit };
    });
  }

  #visible(camera, walkers, strides) {
    const project = camera.projection;
    const margin = MARGIN * camera.ratio;
    return walkers
      .map((walker, at) => ({ walker, stride: strides[at], ...project(walker.pos) }))
      .filter(({ left, top }) => left > -margin && top > -margin)
      .filter(({ left, top }) => left < camera.width + margin && top < camera.height + margin);
  }

  *#trees(camera) {
    const project = camera.projection;
    for (const thing of grown("tall", camera.sight(MARGIN * camera.ratio))) yield { thing, ...project(thing) };
  }

  #drawTree(context, camera, colours, { thing, left, top }, self) {
    const unit = plantUnit(camera.aim / camera.ratio) * camera.ratio;
    const size = plantUnit(camera.scale / camera.ratio) * camera.ratio;
    const { width, height, footX, footY } = TALL_BOX;
    const look = Math.floor(thing.look * LOOKS);
    const picture = this.#sprites.get(`${thing.kind}:${look}:${unit}`, () =>
      painted(width * unit, height * unit, (brush) => {
        paintTall(brush, colours, thing.kind, look / LOOKS, footX * unit, footY * unit, unit);
      }),
    );
    const box = { left: left - footX * size, top: top - footY * size };
    const hides = self && hidesSelf(self, box, width * size, top);
    if (hides) context.globalAlpha = FAINT;
    place(context, picture, box.left, box.top, size / unit);
    if (hides) context.globalAlpha = 1;
  }

  #drawWalker(context, camera, colours, { walker, stride, left, top }) {
    const { side, isMirrored } = sideOf(walker.facing);
    const isBot = walker.kind === "bot";
    const box = isBot ? WISP_BOX : PERSON_BOX;
    const unit = figureUnit(camera.aim / camera.ratio) * camera.ratio;
    const size = figureUnit(camera.scale / camera.ratio) * camera.ratio;
    const pose = `${side}:${isMirrored}:${stride}:${unit}`;
    const picture = isBot
      ? this.#wisp(walker, colours, pose, side, isMirrored, stride, unit)
      : this.#person(walker, colours, pose, side, isMirrored, stride, unit);
    const isWading = isWater(walker.pos.x, walker.pos.z);
    if (isWading) drawRipple(context, colours, left, top, size);
    else drawShadow(context, left, top, size);
    const depth = isWading ? WADING : 0;
    const down = top - (box.footY - depth + Math.abs(stride) * BOB) * size;
    place(context, picture, left - box.footX * size, down, size / unit, depth ? (box.footY - depth) * unit : 0);
  }

  #wisp({ id }, colours, pose, side, isMirrored, stride, unit) {
    const look = Math.floor(chanceOf(id, 9) * WISP_LOOKS);
    return this.#sprites.get(`bot:${look}:${pose}`, () =>
      posed(WISP_BOX, unit, isMirrored, (brush) => drawWisp(brush, colours, look, side, stride)),
    );
  }

  #person({ id, kind, slots }, colours, pose, side, isMirrored, stride, unit) {
    const look = kind === "self" ? lookOfPlayer(id, slots, colours.self) : this.#bornLook(id);
    return this.#sprites.get(`person:${signature(look)}:${pose}`, () =>
      posed(PERSON_BOX, unit, isMirrored, (brush) => drawPerson(brush, look, side, stride)),
    );
  }

  /** The look of another player, told once for each. */
  #bornLook(id) {
    if (this.#looks.size > 2000) this.#looks.clear();
    const look = this.#looks.get(id) ?? lookOfPlayer(id);
    this.#looks.set(id, look);
    return look;
  }
}

/** Whether the player stands behind what has its foot at `foot` and fills `box`. */
function hidesSelf(self, box, width, foot) {
  return self.top < foot && self.top > box.top && self.left > box.left && self.left < box.left + width;
}

function posed({ width, height }, unit, isMirrored, draw) {
  return painted(width * unit, height * unit, (brush) => {
    brush.scale(isMirrored ? -unit : unit, unit);
    if (isMirrored) brush.translate(-width, 0);
    draw(brush);
  });
}

/** Copies a picture, enlarged by `factor`; of `upper` pixels only, where that is not 0. */
function place(context, picture, left, top, factor, upper = 0) {
  const height = Math.round(upper) || picture.height;
  const [x, y] = [Math.round(left), Math.round(top)];
  if (factor === 1 && !upper) context.drawImage(picture, x, y);
  else context.drawImage(picture, 0, 0, picture.width, height, x, y, picture.width * factor, height * factor);
}

function drawShadow(context, left, top, unit) {
  context.fillStyle = "rgb(10 18 30 / 0.22)";
  context.beginPath();
  context.ellipse(left + unit, top, 9 * unit, 3.4 * unit, 0, 0, 2 * Math.PI);
  context.fill();
}

function drawRipple(context, colours, left, top, unit) {
  context.strokeStyle = css(colours.foam, 0.7);
  context.lineWidth = 1.2 * unit;
  context.beginPath();
  context.ellipse(left, top, 9.5 * unit, 3.8 * unit, 0, 0, 2 * Math.PI);
  context.stroke();
}
