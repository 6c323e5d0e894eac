// What happened, line by line, and a word beside where it happened.

import { byId, element } from "../dom.js";

/** Lines on the screen at once: what fits beside the world without covering it. */
const MOST_LINES = 5;

/** How long (ms) a line is new, and a bubble stays: long enough to be read twice. */
const NEW = 9000;
const BUBBLE = 4800;

/** Room (px) kept between a bubble, its place and the edge of the window. */
const AIR = 8;

/** Adds a line of `kind` "note", "good", "crossing" or "refusal"; the oldest gives way. */
export function note(text, kind = "note") {
  const lines = byId("notices");
  const line = element("li", { className: kind, title: new Date().toLocaleTimeString() }, text);
  lines.append(line);
  while (lines.childElementCount > MOST_LINES) lines.firstElementChild.remove();
  setTimeout(() => line.classList.add("old"), NEW);
}

/** Empties the lines. */
export function forgetNotes() {
  byId("notices").replaceChildren();
}

let shown = null;

/** Says something beside an element for a while; what was said before goes. */
export function sayBeside(target, text, kind = "refusal") {
  shown?.remove();
  const bubble = element("div", { className: `bubble ${kind}`, ariaHidden: "true" }, text);
  document.body.append(bubble);
  const { left, top, width, bottom } = target.getBoundingClientRect();
  const across = left + width / 2 - bubble.offsetWidth / 2;
  const above = top - bubble.offsetHeight - AIR;
  bubble.style.left = `${Math.max(AIR, Math.min(across, innerWidth - bubble.offsetWidth - AIR))}px`;
  bubble.style.top = `${above > AIR ? above : bottom + AIR}px`;
  shown = bubble;
  setTimeout(() => bubble.remove(), BUBBLE);
  if (kind === "refusal") shake(target);
}

function shake(target) {
  target.classList.remove("refused");
  requestAnimationFrame(() => target.classList.add("refused"));
}

/** Tells those who listen instead of looking. */
export function say(text) {
  byId("said").textContent = text;
}
