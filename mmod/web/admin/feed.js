// Keeps a stream of pictures open: comes back by itself, and looks elsewhere when the map is moved.

import { Refusal } from "./api.js";
import { events } from "./events.js";

/** Milliseconds before the first attempt to come back, and at most between two. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;

/** The phase that follows a failure. */
function phaseAfter(failure) {
  if (!(failure instanceof Refusal)) return "away";
  return failure.status === 401 ? "locked" : "refused";
}

export class Feed {
  #api;
  #onPicture;
  #onPhase;
  #region = null;
  #abort = null;
  #pause = FIRST_PAUSE;
  #timer = null;

  /** `onPicture` gets each picture, `onPhase` one of connecting, live, locked, refused, away, stopping and a reason. */
  constructor(api, { onPicture, onPhase }) {
    this.#api = api;
    this.#onPicture = onPicture;
    this.#onPhase = onPhase;
  }

  /** Looks at a region of cells {west, south, east, north} from now on; null: at no bots. */
  look(region) {
    this.#region = region;
    this.open();
  }

  /** Opens the stream, in place of the one that may be open. */
  async open() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    let [phase, reason] = ["away", ""];
    try {
      [phase, reason] = await this.#read(abort.signal);
    } catch (failure) {
      [phase, reason] = [phaseAfter(failure), failure.message];
    }
    if (abort.signal.aborted) return;
    this.#onPhase(phase, reason);
    if (phase !== "locked") this.#comeBack();
  }

  /** Reads until the end; returns the phase that this is, and why. */
  async #read(signal) {
    const query = this.#region === null ? "" : `?${new URLSearchParams(this.#region)}`;
    const response = await this.#api.open(`/events${query}`, { signal });
    for await (const { event, data } of events(response.body)) {
      if (signal.aborted) break;
      if (event === "end") return ["stopping", JSON.parse(data).reason];
      this.#pause = FIRST_PAUSE;
      this.#onPhase("live", "");
      this.#onPicture(JSON.parse(data));
    }
    return ["away", "the stream ended"];
  }

  #comeBack() {
    this.#timer = setTimeout(() => this.open(), this.#pause);
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }
}
