// What the player carries and wears: the figure with its slots, the compartments, the burden, the skills.

import { byId, element, refill, setBar, setText } from "../dom.js";
import { round, slotName } from "../words.js";
import { itemIcon } from "./icons.js";
import { Slots } from "./slots.js";

/** From this share on a bar says that there is trouble: here the burden begins to slow. */
const HEAVY = 0.8;

const plural = (quantity) => (quantity === 1 ? "" : ` × ${quantity}`);

export class Bag {
  #catalogue;
  #slots;
  #shown = { inventory: null, equipment: null, skills: null };

  /** `server` as `server.json` has it. */
  constructor(catalogue, { slots, equip_cooldown }) {
    this.#catalogue = catalogue;
    this.#slots = new Slots(catalogue, slots, equip_cooldown);
  }

  /** Lets cooldowns run; to be called often. */
  step(client, now) {
    this.#slots.step(client, now);
  }

  /** Shows the figure anew: it could not be drawn while it was hidden. */
  unfold(client) {
    if (client.equipment) this.#slots.show(client);
  }

  /** Shows what the client knows; parts are made anew only when they changed, so that nothing moves under the hand. */
  show(client) {
    const { inventory, equipment, skills, encumbrance } = client;
    if (equipment !== this.#shown.equipment) this.#slots.show(client);
    if (inventory !== this.#shown.inventory) refill(byId("inventory"), this.#compartments(inventory));
    if (skills !== this.#shown.skills) this.#showSkills(skills);
    this.#shown = { inventory, equipment, skills };
    showBurden(encumbrance);
  }

  #compartments({ items, compartment_caps }) {
    return Object.entries(compartment_caps).map(([name, cap]) => {
      const inside = items.filter(({ compartment }) => compartment === name);
      return this.#compartment(name, cap, inside);
    });
  }

  #compartment(name, cap, items) {
    const bulk = items.reduce(
      (sum, { instance }) => sum + this.#catalogue.bulk(instance.template_id) * instance.quantity,
      0,
    );
    const title = slotName(name);
    const bar = element("span", { className: "bar", role: "meter", ariaLabel: `Room in the ${title}` }, element("i"));
    const words = `${round(bulk)} / ${round(cap)}`;
    setBar(bar, bulk, cap, words);
    bar.toggleAttribute("data-full", bulk >= cap * 0.95);
    const button = element(
      "button",
      { type: "button", id: `compartment-${name}` },
      title[0].toUpperCase() + title.slice(1),
    );
    const header = element("header", {}, button, bar, element("span", { className: "number" }, words));
    const tiles = items.length ? items.map((item) => this.#tile(item)) : [element("p", { className: "none" }, "empty")];
    return element(
      "section",
      { className: "compartment", data: { compartment: name } },
      header,
      element("div", { className: "items" }, ...tiles),
    );
  }

  #tile({ instance, compartment }) {
    const { instance_id, template_id, quantity, durability } = instance;
    const name = this.#catalogue.name(template_id);
    const weight = round(this.#catalogue.weight(template_id) * quantity);
    const worn = durability < 100 ? `, ${Math.round(durability)} % whole` : "";
    const slots = this.#catalogue.slots(template_id);
    const fits = slots.length ? `fits ${slots.map(slotName).join(" or ")}` : "cannot be worn";
    const words = element("span", {}, element("b", {}, name), element("small", {}, `weight ${weight}${worn}`));
    const data = { item: instance_id, template: template_id, within: compartment };
    const label = `${name}${plural(quantity)}, weight ${weight}${worn}, ${fits}`;
    const tile = element("button", {
      id: `item-${instance_id}`,
      type: "button",
      className: "item",
      ariaLabel: label,
      data,
    });
    Object.assign(tile, { title: label, ariaPressed: "false" });
    tile.append(itemIcon(template_id, slots), words);
    if (quantity > 1) tile.append(element("span", { className: "count" }, String(quantity)));
    return tile;
  }

  #showSkills(skills) {
    const listed = Object.entries(skills).map(([skill, level]) =>
      element("li", {}, `${slotName(skill)} `, element("b", {}, String(level))),
    );
    byId("skills").replaceChildren(...(listed.length ? listed : [element("li", {}, "none yet")]));
  }
}

function showBurden({ current_weight, max_weight, current_bulk, max_bulk, weight_pct }) {
  const measures = [
    ["weight", current_weight, max_weight],
    ["bulk", current_bulk, max_bulk],
  ];
  for (const [name, value, most] of measures) {
    const words = `${round(value)} / ${round(most)}`;
    setText(byId(`${name}-words`), words);
    setBar(byId(`${name}-bar`), value, most, words);
  }
  byId("weight-bar").toggleAttribute("data-full", weight_pct > HEAVY);
}
