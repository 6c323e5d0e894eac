// The colours of the canvas: those of the style sheet, in the scheme that is chosen.

import { parsed } from "./colour.js";

const LAND = ["meadow", "wood", "heath", "sand", "shallow", "deep", "foam", "light", "shade"];
const GROWTH = ["leaf", "pine", "bark", "stone", "petal", "sun", "heather", "wall"];
const NAMES = [...LAND, ...GROWTH, "ink", "panel", "line", "self", "player", "bot", "mist", "glow"];

/** Reads a colour as the browser computes it: `light-dark()` and `var()` are its business. */
function read(probe, name) {
  probe.style.color = `var(--${name})`;
  return Object.freeze(parsed(getComputedStyle(probe).color));
}

function readAll() {
  const probe = document.body.appendChild(document.createElement("span"));
  const colours = Object.fromEntries(NAMES.map((name) => [name, read(probe, name)]));
  probe.remove();
  return Object.freeze(colours);
}

let present = null;
const listeners = new Set();

/** Looks again: the scheme has changed. */
export function repaint() {
  present = null;
  for (const listener of listeners) listener();
}

/** Calls `listener` whenever the colours have changed. */
export function onRepaint(listener) {
  listeners.add(listener);
}

/** The colours by name, each three numbers. */
export function palette() {
  present ??= readAll();
  return present;
}

window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
