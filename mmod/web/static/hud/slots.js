// The figure and the slots around it, with the rings of their cooldowns.

import { byId, drawn, element } from "../dom.js";
import { lookOfPlayer } from "../folk/figures.js";
import { drawPerson, PERSON_BOX } from "../folk/person.js";
import { css } from "../scene/colour.js";
import { onRepaint, palette } from "../scene/palette.js";
import { slotName } from "../words.js";
import { ghostIcon, itemIcon } from "./icons.js";

/** The radius of a ring in units of its picture. */
const RADIUS = 24;
const AROUND = 2 * Math.PI * RADIUS;

export class Slots {
  #catalogue;
  #names;
  #cooldown;
  #showDoll = () => {};

  /** `names` of the slots in their order; `cooldown` is the whole of one, in s. */
  constructor(catalogue, names, cooldown) {
    this.#catalogue = catalogue;
    this.#names = names;
    this.#cooldown = cooldown;
    byId("equipment").append(...names.map(emptySlot));
    onRepaint(() => this.#showDoll());
  }

  /** Shows what `client` wears. */
  show({ playerId, equipment: { slots } }) {
    for (const name of this.#names) this.#fill(name, slots[name]?.instance);
    this.#showDoll = () => drawDoll(playerId, slots);
    this.#showDoll();
  }

  /** Lets the rings run; to be called often. */
  step(client, now) {
    for (const name of this.#names) showCooldown(byId(`slot-${name}`), client.cooldown(name, now), this.#cooldown);
  }

  #fill(name, instance) {
    const slot = byId(`slot-${name}`);
    const item = instance ? this.#catalogue.name(instance.template_id) : null;
    slot.toggleAttribute("data-worn", Boolean(instance));
    slot.dataset.instance = instance?.instance_id ?? "";
    slot.ariaLabel = `${slotName(name)}: ${item ?? "empty"}`;
    slot.title = item ?? slotName(name);
    slot.querySelector(".name").textContent = item ?? slotName(name);
    const picture = instance ? itemIcon(instance.template_id, [name]) : ghostIcon(name);
    slot.querySelector(".item-icon").replaceWith(picture);
  }
}

function ring() {
  const arc = drawn("circle", { cx: 27, cy: 27, r: RADIUS, "stroke-dasharray": AROUND, "stroke-dashoffset": AROUND });
  return drawn("svg", { viewBox: "0 0 54 54", class: "ring", "aria-hidden": "true" }, arc);
}

function emptySlot(name) {
  const count = element("span", { className: "cooldown", hidden: true });
  const hole = element("span", { className: "hole" }, ghostIcon(name), ring(), count);
  const label = element("span", { className: "name" }, slotName(name));
  const data = { slot: name, instance: "" };
  const slot = element("button", { id: `slot-${name}`, type: "button", className: "slot", data }, hole, label);
  slot.style.gridArea = name;
  slot.ariaPressed = "false";
  return slot;
}

function showCooldown(slot, left, whole) {
  const [arc, count] = [slot.querySelector("circle"), slot.querySelector(".cooldown")];
  if (count.hidden && left <= 0) return;
  count.hidden = left <= 0;
  arc.style.strokeDashoffset = AROUND * (1 - Math.min(1, left / whole));
  count.textContent = left.toFixed(1);
}

/** Draws the player as large as the canvas lets it, upon a patch of the meadow. */
function drawDoll(playerId, slots) {
  const canvas = byId("doll");
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const [width, height] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio];
  if (width === 0) return;
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const unit = Math.min(width / (PERSON_BOX.width + 6), height / (PERSON_BOX.height + 6));
  context.translate(width / 2, height / 2 + 2 * unit);
  context.scale(unit, unit);
  drawPatch(context, PERSON_BOX.footY - PERSON_BOX.height / 2);
  context.translate(-PERSON_BOX.footX, -PERSON_BOX.height / 2);
  drawPerson(context, lookOfPlayer(playerId, slots, palette().self), "south", 0);
}

function drawPatch(context, y) {
  const { meadow, wood } = palette();
  for (const [colour, wide, down] of [
    [wood, 18, 1.2],
    [meadow, 17, 0],
  ]) {
    context.fillStyle = css(colour);
    context.beginPath();
    context.ellipse(0, y + down, wide, 5.6, 0, 0, 2 * Math.PI);
    context.fill();
  }
}
