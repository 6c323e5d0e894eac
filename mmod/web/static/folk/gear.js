// What an item looks like, told from its name: the catalogue of a world is its own, so this goes by words, and falls
// back on the slot.  Pure.

import { chanceOf } from "../land/noise.js";

/** Shapes by a word in the template's id. */
const SHAPES = Object.freeze({
  sword: "sword",
  blade: "sword",
  saber: "sword",
  club: "club",
  mace: "club",
  hammer: "club",
  axe: "axe",
  hatchet: "axe",
  dagger: "dagger",
  knife: "dagger",
  staff: "staff",
  wand: "staff",
  spear: "staff",
  bow: "bow",
  shield: "shield",
  buckler: "shield",
  torch: "torch",
  lantern: "torch",
  armor: "armor",
  armour: "armor",
  mail: "armor",
  tunic: "armor",
  robe: "armor",
  vest: "armor",
  trousers: "trousers",
  pants: "trousers",
  greaves: "trousers",
  skirt: "trousers",
  boots: "boots",
  sabatons: "boots",
  shoes: "boots",
  sandals: "boots",
  cap: "cap",
  hat: "cap",
  hood: "cap",
  helmet: "helmet",
  helm: "helmet",
  crown: "helmet",
  potion: "potion",
  elixir: "potion",
  flask: "potion",
  rock: "rock",
  stone: "rock",
  ore: "rock",
  anvil: "anvil",
});

/** Shapes by what an item is worn as. */
const SHAPE_OF_SLOT = Object.freeze({
  main_hand: "sword",
  off_hand: "shield",
  chest: "armor",
  legs: "trousers",
  feet: "boots",
  head: "cap",
});

/** Colours by a word in the template's id, as [red, green, blue]. */
const MATERIALS = Object.freeze({
  iron: [163, 174, 186],
  steel: [188, 198, 208],
  chain: [146, 156, 168],
  silver: [206, 210, 214],
  gold: [226, 182, 84],
  bronze: [196, 138, 78],
  copper: [200, 120, 76],
  wood: [158, 112, 66],
  oak: [140, 96, 56],
  pine: [176, 128, 76],
  leather: [150, 98, 58],
  wool: [186, 78, 66],
  linen: [222, 206, 170],
  cloth: [120, 130, 170],
  health: [204, 66, 74],
  mana: [70, 110, 200],
  small: [142, 140, 136],
  stone: [142, 140, 136],
});

/** Colours for what nobody has named, one by its id. */
const OTHERS = Object.freeze([
  [148, 106, 156],
  [92, 138, 142],
  [186, 128, 70],
  [120, 140, 84],
  [170, 96, 92],
]);

const wordsOf = (id) => id.toLowerCase().split(/[^a-z]+/);

/** `{shape, colour}` of a template, of which `slots` may be known. */
export function lookOf(id, slots = []) {
  const words = wordsOf(id);
  const shape = words.map((word) => SHAPES[word]).find(Boolean) ?? SHAPE_OF_SLOT[slots[0]] ?? "bundle";
  const material = words.map((word) => MATERIALS[word]).find(Boolean);
  return { shape, colour: material ?? OTHERS[Math.floor(chanceOf(id, 3) * OTHERS.length)] };
}
