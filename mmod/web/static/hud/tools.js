// The row of tools, and the keys that press them.

import { byId } from "../dom.js";

/** Panels by the id of the tool that folds them out. */
const PANELS = Object.freeze({ "bag-toggle": "bag", "gifts-toggle": "gifts", "pulse-toggle": "pulse" });

/** Tools by key. */
const TOOL_OF_KEY = Object.freeze({
  i: "bag-toggle",
  g: "gifts-toggle",
  p: "pulse-toggle",
  m: "survey",
  "+": "zoom-in",
  "=": "zoom-in",
  "-": "zoom-out",
});

/** A narrow window has room for one panel, and shows the world first. */
const narrow = window.matchMedia("(max-width: 1000px)");

export class Tools {
  #camera;
  #onUnfold;

  /** `onUnfold(panel)` is told which panel has become visible. */
  constructor(camera, onUnfold) {
    this.#camera = camera;
    this.#onUnfold = onUnfold;
    for (const tool of Object.keys(PANELS)) byId(tool).addEventListener("click", () => this.#toggle(tool));
    byId("zoom-in").addEventListener("click", () => camera.zoom(1));
    byId("zoom-out").addEventListener("click", () => camera.zoom(-1));
    byId("survey").addEventListener("click", () => camera.survey());
    for (const tool of Object.keys(PANELS)) this.#fold(tool, narrow.matches || tool === "gifts-toggle");
  }

  /** Takes a key; returns whether it was one of a tool. */
  press(key) {
    const tool = byId(TOOL_OF_KEY[key.toLowerCase()]);
    if (!tool || tool.hidden) return false;
    tool.click();
    return true;
  }

  /** Folds the last panel that lies over the world; returns whether there was one. */
  foldOne() {
    const tools = narrow.matches ? Object.keys(PANELS) : ["gifts-toggle"];
    const open = tools.find((tool) => !byId(PANELS[tool]).hidden);
    if (open) this.#fold(open, true);
    return Boolean(open);
  }

  /** Shows how the camera stands; to be called often. */
  step() {
    byId("survey").ariaPressed = String(this.#camera.isSurvey);
  }

  #toggle(tool) {
    const isFolded = byId(PANELS[tool]).hidden;
    if (isFolded && narrow.matches) for (const other of Object.keys(PANELS)) this.#fold(other, true);
    this.#fold(tool, !isFolded);
  }

  #fold(tool, isFolded) {
    const panel = byId(PANELS[tool]);
    panel.hidden = isFolded;
    byId(tool).ariaExpanded = String(!isFolded);
    if (!isFolded) this.#onUnfold(PANELS[tool]);
  }
}
