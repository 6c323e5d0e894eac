// The daemon's pulse: tiles, and a graph of the last minute.

import { byId, setText } from "./dom.js";
import { palette } from "./palette.js";

/** Pictures in the graph: a minute of four a second. */
const SPAN = 240;

/** Milliseconds of the graph's height at least; a calm daemon draws a low line. */
const LEAST_HEIGHT = 10;

/** Of the number at the top of the graph. */
const FONT = '11px "Avenir Next", "Segoe UI", "Liberation Sans", system-ui, sans-serif';

const number = new Intl.NumberFormat("en");

function milliseconds(value) {
  return value === null ? "> 1 s" : `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

/** What is wrong, in words; empty when nothing is.  `dropped` is a number of ticks. */
function trouble(vitals, hertz, dropped) {
  const found = [];
  if (vitals.store_away) found.push("The store does not answer: nothing can be saved.");
  if (vitals.tick_rate < 0.9 * hertz) found.push("The world runs slow.");
  if (dropped > 0) found.push(`${number.format(dropped)} ticks were dropped within a minute.`);
  return found.join(" ");
}

export class Pulse {
  #history = [];
  #canvas = byId("pulse");
  #saved = [];

  /** Takes what a picture said, as of `now` (ms). */
  take(vitals, world, now) {
    this.#history = [...this.#history.slice(1 - SPAN), vitals];
    this.#saved = [...this.#saved.slice(-20), { now, saved: vitals.saved }];
    setText(byId("vital-players"), number.format(vitals.players));
    setText(byId("vital-bots"), number.format(vitals.bots));
    setText(byId("vital-connections"), number.format(vitals.connections));
    setText(byId("vital-rate"), vitals.tick_rate.toFixed(1));
    setText(byId("vital-saves"), this.#savesPerSecond().toFixed(1));
    setText(byId("vital-waiting"), number.format(vitals.to_save));
    setText(byId("vital-tick"), milliseconds(vitals.tick_ms));
    setText(byId("vital-late"), milliseconds(vitals.worst_late_ms === 0 ? 0 : vitals.late_ms));
    const dropped = vitals.ticks_dropped - this.#history[0].ticks_dropped;
    setText(byId("trouble"), trouble(vitals, world.tick_hz, dropped));
  }

  #savesPerSecond() {
    const [first, last] = [this.#saved[0], this.#saved.at(-1)];
    return last.now > first.now ? Math.max(0, (1000 * (last.saved - first.saved)) / (last.now - first.now)) : 0;
  }

  /** Draws the graph. */
  draw() {
    const ratio = window.devicePixelRatio;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
    if (this.#canvas.width !== size.width || this.#canvas.height !== size.height) Object.assign(this.#canvas, size);
    const context = this.#canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const most = Math.max(LEAST_HEIGHT, ...this.#history.map(({ tick_ms, late_ms }) => Math.max(tick_ms, late_ms)));
    const colours = palette();
    context.fillStyle = colours.muted;
    context.font = FONT;
    context.fillText(milliseconds(most), 0, 10);
    this.#line(context, { width, height, most }, colours.accent, ({ late_ms }) => late_ms);
    this.#line(context, { width, height, most }, colours.player, ({ tick_ms }) => tick_ms);
  }

  #line(context, { width, height, most }, colour, value) {
    context.strokeStyle = colour;
    context.lineWidth = 1.75;
    context.lineJoin = "round";
    context.beginPath();
    this.#history.forEach((vitals, place) => {
      const left = width - ((this.#history.length - 1 - place) * width) / (SPAN - 1);
      context.lineTo(left, height - 2 - ((height - 6) * value(vitals)) / most);
    });
    context.stroke();
  }
}
