// Everything about one player: what it carries and wears, and what happened to its items.

import { playerPath } from "./api.js";
import { byId, element, setText } from "./dom.js";

/** Milliseconds between two looks. */
const REFRESH = 2000;

/** Rows of the ledger that are shown. */
const ROWS = 30;

const amount = (value) => value.toLocaleString("en", { maximumFractionDigits: 1 });

/** "carried:belt" as one would say it; null is nowhere. */
function place(value) {
  return value === null ? "nowhere" : value.replace(/^\w+:/, "").replaceAll("_", " ");
}

function bar(label, current, most) {
  const meter = element("meter", { min: 0, max: most, value: current });
  meter.setAttribute("aria-label", label);
  return element("div", { className: "load" }, element("span", {}, `${label} ${amount(current)} of ${amount(most)}`), meter);
}

function movement({ at, cause, template_id, quantity, origin, target }, nameOf) {
  const when = new Date(at * 1000);
  const time = element("time", { dateTime: when.toISOString() }, when.toLocaleTimeString("en-GB"));
  const what = `${quantity > 1 ? `${quantity} × ` : ""}${nameOf(template_id)}`;
  const way = element("small", {}, `${cause}: ${place(origin)} → ${place(target)}`);
  return element("li", {}, time, element("span", {}, what, way));
}

export class Dossier {
  #api;
  #nameOf;
  #onClose;
  #timer = null;
  #id = null;

  /** `nameOf` gives the name of an item's template; `onClose` is called when the dossier is put away. */
  constructor(api, nameOf, onClose) {
    this.#api = api;
    this.#nameOf = nameOf;
    this.#onClose = onClose;
    byId("dossier-close").addEventListener("click", () => this.close());
  }

  /** The id of the player shown, null for none. */
  get id() {
    return this.#id;
  }

  /** Shows a player, and keeps showing it as it is. */
  open(id) {
    this.#id = id;
    setText(byId("dossier-name"), id);
    for (const list of ["loads", "belongings", "skills", "ledger"]) byId(list).replaceChildren();
    setText(byId("deed-result"), "");
    byId("dossier").hidden = false;
    byId("players").hidden = true;
    byId("dossier-name").focus({ preventScroll: true });
    return this.refresh();
  }

  close() {
    clearTimeout(this.#timer);
    this.#id = null;
    byId("dossier").hidden = true;
    byId("players").hidden = false;
    this.#onClose();
  }

  /** Looks again now, and then every `REFRESH` ms. */
  async refresh() {
    clearTimeout(this.#timer);
    const id = this.#id;
    if (id === null) return;
    try {
      const paths = [playerPath(id), playerPath(id, `ledger?limit=${ROWS}`)];
      const [player, { movements }] = await Promise.all(paths.map((path) => this.#api.get(path)));
      if (id === this.#id) this.#show(player, movements);
    } catch (failure) {
      if (id === this.#id) setText(byId("dossier-state"), failure.message);
    }
    clearTimeout(this.#timer);
    if (id === this.#id) this.#timer = setTimeout(() => this.refresh(), REFRESH);
  }

  #show(player, movements) {
    setText(byId("dossier-name"), player.name ?? player.id);
    setText(byId("dossier-state"), this.#state(player));
    const { encumbrance, inventory, equipment, skills } = player;
    byId("loads").replaceChildren(
      ...(encumbrance === undefined
        ? []
        : [
            bar("Weight", encumbrance.current_weight, encumbrance.max_weight),
            bar("Bulk", encumbrance.current_bulk, encumbrance.max_bulk),
          ]),
    );
    const things = [...this.#worn(equipment?.slots ?? {}), ...this.#carried(inventory?.items ?? [])];
    byId("belongings").replaceChildren(...(things.length > 0 ? things : [element("li", { className: "quiet" }, "Nothing.")]));
    const levels = Object.entries(skills ?? {}).map(([skill, level]) => element("span", {}, `${skill} ${level}`));
    byId("skills").replaceChildren(...levels);
    byId("ledger").replaceChildren(...movements.map((row) => movement(row, this.#nameOf)));
  }

  #state({ id, name, connected, rtt_ms, cell, pos, unreadable }) {
    if (unreadable !== undefined) return `Its record cannot be read: ${unreadable}`;
    const where = pos === null ? "" : ` · at ${Math.round(pos.x)}, ${Math.round(pos.z)} in cell ${cell.cx}, ${cell.cz}`;
    const line = connected ? `connected${rtt_ms === null ? "" : `, ${rtt_ms.toFixed(0)} ms`}` : "not connected";
    return `${id === name ? "" : `${id} · `}${line}${where}`;
  }

  #worn(slots) {
    return Object.entries(slots).map(([slot, { instance }]) => this.#thing(instance, slot.replaceAll("_", " "), "worn"));
  }

  #carried(items) {
    return items.map(({ instance, compartment }) => this.#thing(instance, compartment.replaceAll("_", " "), "carried"));
  }

  #thing({ instance_id, template_id, quantity }, where, className) {
    const name = `${quantity > 1 ? `${quantity} × ` : ""}${this.#nameOf(template_id)}`;
    return element("li", { className, title: instance_id }, element("span", {}, name), element("small", {}, where));
  }
}
