// What lies over the world while the connection is away: why, and how long until the next attempt.

import { MOST_ATTEMPTS } from "/client/mmod.js";
import { byId, drawn, setText } from "../dom.js";
import { closeWords } from "../words.js";

const RADIUS = 28;
const AROUND = 2 * Math.PI * RADIUS;

/** The close code of a server that stops or restarts. */
const STOPPING = 1012;

export class Veil {
  #arc;
  #phase = null;

  /** `onTry` and `onLeave` are what the two buttons do. */
  constructor(onTry, onLeave) {
    const circle = () => drawn("circle", { cx: 31, cy: 31, r: RADIUS });
    this.#arc = circle();
    this.#arc.setAttribute("stroke-dasharray", AROUND);
    byId("veil-ring").append(drawn("svg", { viewBox: "0 0 62 62" }, circle(), this.#arc));
    byId("try-now").addEventListener("click", () => this.#isWaiting && onTry());
    byId("give-up").addEventListener("click", onLeave);
  }

  /** Shows a phase of the client: it covers the world of a player who is not in it for the moment. */
  show(phase) {
    const isAway = phase.name === "waiting" || (phase.name === "connecting" && phase.attempt > 0);
    const wasAway = !byId("veil").hidden;
    byId("veil").hidden = !isAway;
    byId("hud").inert = isAway;
    if (isAway) this.#fill(phase, !wasAway);
    this.#phase = phase;
    if (isAway && !wasAway) byId("try-now").focus();
  }

  get #isWaiting() {
    return this.#phase?.name === "waiting";
  }

  #fill(phase, isNew) {
    const isWaiting = phase.name === "waiting";
    // Not `disabled`: that would take the focus from whoever plays by keyboard at every attempt.
    byId("try-now").setAttribute("aria-disabled", String(!isWaiting));
    // What began it tells more than that the next attempts failed as well.
    if (isWaiting && isNew) {
      setText(byId("veil-title"), phase.code === STOPPING ? "The server is stopping" : "The connection is lost");
      setText(byId("veil-text"), `${closeWords(phase)} Your place is kept for a minute.`);
    }
    setText(byId("veil-count"), isWaiting ? "" : `Attempt ${phase.attempt} of ${MOST_ATTEMPTS} …`);
  }

  /** Counts down; to be called with every frame. */
  step(now) {
    if (!this.#isWaiting) return;
    const { wait, until, attempt } = this.#phase;
    const left = Math.max(0, until - now);
    this.#arc.style.strokeDashoffset = AROUND * (1 - left / Math.max(1, wait));
    setText(byId("veil-count"), `Attempt ${attempt} of ${MOST_ATTEMPTS} in ${(left / 1000).toFixed(1)} s`);
  }
}
