// Signs and pictures of items, drawn as SVG.

import { drawn } from "../dom.js";
import { lookOf } from "../folk/gear.js";
import { css, shaded } from "../scene/colour.js";
import { PICTURES, SIGNS, WOOD } from "./shapes.js";

/** The sign called `name`. */
export function sign(name) {
  const paths = SIGNS[name].map((d) => drawn("path", { d }));
  return drawn("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, ...paths);
}

/** What an empty slot shows, by its name. */
const GHOSTS = Object.freeze({
  main_hand: "sword",
  off_hand: "shield",
  chest: "armor",
  legs: "trousers",
  feet: "boots",
  head: "helmet",
});

/** The grey (red, green, blue) of what is not there. */
const GREY = Object.freeze([128, 122, 112]);

function toned(tone, colour) {
  if (Array.isArray(tone)) return css(tone);
  return tone === "wood" ? css(WOOD) : css(shaded(colour, tone * 0.24));
}

function picture(shape, colour) {
  const paths = PICTURES[shape].map(([tone, d]) => drawn("path", { d, fill: toned(tone, colour) }));
  const size = { viewBox: "0 0 32 32", width: "34", height: "34" };
  return drawn("svg", { ...size, class: "item-icon", "aria-hidden": "true" }, ...paths);
}

/** The picture of an item of a template. */
export function itemIcon(templateId, slots) {
  const { shape, colour } = lookOf(templateId, slots);
  return picture(shape, colour);
}

/** What an empty slot shows. */
export function ghostIcon(slot) {
  const made = picture(GHOSTS[slot] ?? "bundle", GREY);
  made.classList.add("ghost");
  return made;
}
