// Where the player is, and how fast it walks.

import { byId, setBar, setText } from "../dom.js";
import { cellName } from "../words.js";

/** One decimal, and no negative zero. */
const tenth = (length) => (Math.round(length * 10) / 10 + 0).toFixed(1);

const percent = (share) => `${Math.round(share * 100)} %`;

function paceWords(speed, factor) {
  return factor < 1 ? `${tenth(speed)} m/s, laden: ${percent(factor)}` : `${tenth(speed)} m/s`;
}

/** Shows what the client knows of the player. */
export function showPlace({ self, cell, config, encumbrance }) {
  const factor = encumbrance?.movement_penalty ?? 1;
  const speed = Math.hypot(self.vel.x, self.vel.z);
  setText(byId("status-cell"), cellName(cell));
  setText(byId("status-position"), `x ${tenth(self.pos.x)}  z ${tenth(self.pos.z)}`);
  setText(byId("pace-words"), paceWords(speed, factor));
  setBar(byId("pace-bar"), Math.round((100 * speed) / config.move_speed), 100, paceWords(speed, factor));
  byId("pace").toggleAttribute("data-slow", factor < 1);
}

/** Lets the cell's name light up: the player was handed over. */
export function flashCell() {
  const label = byId("status-cell-label");
  label.classList.remove("crossed");
  requestAnimationFrame(() => label.classList.add("crossed"));
}
