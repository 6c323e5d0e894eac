// A pleasant name for a visitor who has none.

import { storage } from "./dom.js";

const KEY = "mmod.guest";

const MANNERS = Object.freeze([
  "Quiet",
  "Amber",
  "Swift",
  "Mossy",
  "Gentle",
  "Bright",
  "Wandering",
  "Silver",
  "Merry",
  "Early",
  "Humming",
  "Velvet",
  "Northern",
  "Curious",
  "Golden",
  "Rainy",
  "Patient",
  "Windy",
  "Copper",
  "Starlit",
]);
const CREATURES = Object.freeze([
  "Heron",
  "Otter",
  "Wren",
  "Badger",
  "Marten",
  "Finch",
  "Hare",
  "Lynx",
  "Swallow",
  "Hedgehog",
  "Curlew",
  "Stoat",
  "Lark",
  "Salmon",
  "Beetle",
  "Owl",
  "Kestrel",
  "Dormouse",
  "Toad",
  "Crane",
]);

/** Numbers that follow a name: two visitors with the same one would take the player from each other. */
const NUMBERS = 1000;

/** A name that no other visitor is likely to have been offered. */
export function inventedName() {
  const [manner, creature, number] = crypto.getRandomValues(new Uint32Array(3));
  return `${MANNERS[manner % MANNERS.length]} ${CREATURES[creature % CREATURES.length]} ${number % NUMBERS}`;
}

/** The guest's name of this tab: the one last used, or a new one. */
export function guestName() {
  return storage()?.getItem(KEY) ?? inventedName();
}

/** Remembers a guest's name for this tab. */
export function rememberName(name) {
  storage()?.setItem(KEY, name);
}
