// The list of players, which the keyboard can use where the map needs a pointer.

import { byId, element, setText } from "./dom.js";

/** Players listed at once; the search finds the others. */
const LISTED = 60;

export class Roster {
  #list = byId("roster");
  #search = byId("search");
  #shown = "";
  #players = [];

  /** `choose` is told the id of whom somebody chooses. */
  constructor(choose) {
    this.#search.addEventListener("input", () => this.#fill());
    this.#list.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button !== null) choose(button.dataset.id);
    });
  }

  /** Shows these players, by id. */
  show(players) {
    this.#players = players;
    this.#fill();
  }

  #fill() {
    const wanted = this.#search.value.trim().toLowerCase();
    const found = this.#players.filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(wanted));
    const listed = found.slice(0, LISTED);
    setText(byId("roster-note"), this.#note(found.length, listed.length));
    const shown = JSON.stringify(listed.map(({ id, name }) => [id, name]));
    if (shown === this.#shown) return;
    this.#shown = shown;
    const focused = document.activeElement?.dataset?.id;
    this.#list.replaceChildren(...listed.map((player) => this.#entry(player)));
    if (focused !== undefined) [...this.#list.querySelectorAll("button")].find(({ dataset }) => dataset.id === focused)?.focus();
  }

  #note(found, listed) {
    if (this.#players.length === 0) return "Nobody is here.";
    if (found === 0) return "Nobody of that name is here.";
    return found > listed ? `${listed} of ${found}` : "";
  }

  #entry({ id, name }) {
    const button = element("button", { type: "button" }, name, id === name ? "" : element("small", {}, id));
    button.dataset.id = id;
    return element("li", {}, button);
  }
}
