// The lines of numbers, and the messages below them.

import { byId, element, setText } from "./dom.js";
import { cellName } from "./words.js";

/** Messages on the screen at once: what fits beside the world without covering it. */
const MOST_NOTICES = 4;

const time = () => new Date().toLocaleTimeString();
/** One decimal, and no negative zero. */
const metres = (length) => (Math.round(length * 10) / 10 + 0).toFixed(1);
const handoverWords = ({ from, to }) => `${cellName(from)} → ${cellName(to)}, ${time()}`;

/** Shows what a state or a join says of the player. */
export function showPlace({ position, cell, entities }) {
  setText(byId("status-in-sight"), String(entities.length));
  setText(byId("status-cell"), cellName(cell));
  setText(byId("status-position"), `x ${metres(position.x)}, z ${metres(position.z)} m`);
}

/** Shows a `telemetry`; none yet is null. */
export function showTelemetry(telemetry) {
  setText(byId("status-rtt"), telemetry === null ? "–" : `${telemetry.rtt_ms.toFixed(1)} ms`);
  setText(byId("status-tick-rate"), telemetry === null ? "–" : `${telemetry.tick_rate.toFixed(1)} / s`);
}

/** Shows a `handover`; none yet is null. */
export function showHandover(handover) {
  setText(byId("status-handover"), handover === null ? "none yet" : handoverWords(handover));
}

/** Adds a message of `kind` "refusal" or "note"; the oldest gives way. */
export function notice(text, kind) {
  const notices = byId("notices");
  notices.append(element("li", { className: kind, textContent: text, title: time() }));
  while (notices.childElementCount > MOST_NOTICES) notices.firstElementChild.remove();
}
