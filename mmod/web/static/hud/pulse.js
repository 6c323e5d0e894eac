// How the connection and the page do, in numbers.

import { byId, setText } from "../dom.js";

/** How often (ms) the numbers change: faster nobody reads. */
const EVERY = 250;

/** Frames whose mean the frame rate is. */
const FRAMES = 60;

const UNKNOWN = "–";

const milliseconds = (value) => (value === null ? UNKNOWN : `${value.toFixed(value < 10 ? 1 : 0)} ms`);
const perSecond = (value) => (value === null ? UNKNOWN : `${value.toFixed(1)} / s`);
const bytes = (value) => (value < 1000 ? `${Math.round(value)} B/s` : `${(value / 1000).toFixed(1)} kB/s`);
const length = (metres) => (metres < 1 ? `${(metres * 100).toFixed(1)} cm` : `${metres.toFixed(2)} m`);

export class Pulse {
  #frames = [];
  #shownAt = -Infinity;

  /** Frames a second of late; null before the second frame. */
  get frameRate() {
    if (this.#frames.length < 2) return null;
    return (1000 * (this.#frames.length - 1)) / (this.#frames.at(-1) - this.#frames[0]);
  }

  /** Counts a frame at `now` (ms), and shows the client's `stats` when it is time. */
  frame(now, stats) {
    this.#frames.push(now);
    if (this.#frames.length > FRAMES) this.#frames.shift();
    if (now - this.#shownAt < EVERY) return;
    this.#shownAt = now;
    this.#show(stats);
  }

  #show(stats) {
    setText(byId("status-rtt"), milliseconds(stats.rtt));
    setText(byId("status-tick-rate"), perSecond(stats.tickRate));
    setText(byId("status-snapshot-rate"), perSecond(stats.snapshotRate));
    setText(byId("status-bytes-in"), bytes(stats.bytesIn));
    setText(byId("status-bytes-out"), bytes(stats.bytesOut));
    setText(byId("status-in-sight"), String(stats.inSight));
    setText(byId("status-prediction-error"), length(stats.predictionError));
    setText(byId("status-delay"), milliseconds(stats.interpolationDelay));
    setText(byId("status-frames"), perSecond(this.frameRate));
    setText(byId("status-dialect"), stats.dialect?.replace("mmod.", "") ?? UNKNOWN);
  }
}
