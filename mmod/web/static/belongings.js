// What the player carries and wears, with the buttons that move it.

import { byId, element, refill, setText } from "./dom.js";
import { slotName } from "./words.js";

/** The slots of the protocol; a client does not know which of them an item fits, so it offers all. */
export const SLOTS = Object.freeze(["main_hand", "off_hand", "chest", "legs", "feet", "head"]);

/** As in "rock_small × 3, durability 40". */
function itemWords({ template_id, quantity, durability }) {
  const count = quantity === 1 ? "" : ` × ${quantity}`;
  const state = durability < 100 ? `, durability ${Math.round(durability)}` : "";
  return `${template_id}${count}${state}`;
}

const share = (fraction) => `${Math.round(fraction * 100)} %`;

function burdenWords({ current_weight, max_weight, current_bulk, max_bulk, movement_penalty }) {
  const load = `Weight ${current_weight.toFixed(1)} / ${max_weight}, bulk ${current_bulk.toFixed(1)} / ${max_bulk}`;
  return movement_penalty < 1 ? `${load}; you walk at ${share(movement_penalty)}` : load;
}

function skillWords(skills) {
  const listed = Object.entries(skills).map(([skill, level]) => `${skill} ${level}`);
  return listed.length ? `Skills: ${listed.join(", ")}` : "No skills";
}

const emptyRow = (text) => element("li", { className: "aside" }, text);

export class Belongings {
  #send;
  #seq = 0;
  #inventory = null;
  #equipment = null;
  /** Per template the slot that was last chosen, or in which one was last worn. */
  #slots = new Map();

  /** `send(message)` sends a command. */
  constructor(send) {
    this.#send = send;
  }

  /** Shows what `world` says; rows are made anew only when they changed, so that no choice is lost under the hand. */
  show({ inventory, equipment, skills, encumbrance }) {
    setText(byId("burden"), burdenWords(encumbrance));
    setText(byId("skills"), skillWords(skills));
    if (equipment !== this.#equipment) refill(byId("equipment"), this.#worn(equipment));
    if (inventory !== this.#inventory) refill(byId("inventory"), this.#carried(inventory));
    this.#equipment = equipment;
    this.#inventory = inventory;
  }

  #command(fields) {
    this.#seq += 1;
    this.#send({ ...fields, seq: this.#seq });
  }

  #carried({ items }) {
    return items.length ? items.map((stowed) => this.#stowedRow(stowed)) : [emptyRow("empty")];
  }

  #stowedRow({ instance, compartment }) {
    const { instance_id, template_id } = instance;
    const choice = this.#slotChoice(instance_id, template_id);
    const equip = () => this.#command({ type: "equip", instance_id, slot: choice.value });
    const button = element("button", { id: `equip-${instance_id}`, type: "button", onclick: equip }, "Equip");
    button.ariaLabel = `Equip ${template_id}`;
    const where = element("span", { className: "aside" }, ` in ${slotName(compartment)}`);
    return element("li", {}, element("span", { className: "what" }, itemWords(instance), where), choice, button);
  }

  #slotChoice(instance_id, template_id) {
    const options = SLOTS.map((slot) => element("option", { value: slot }, slotName(slot)));
    const choice = element("select", { id: `slot-of-${instance_id}` }, ...options);
    choice.ariaLabel = `Slot for ${template_id}`;
    choice.value = this.#slots.get(template_id) ?? SLOTS[0];
    choice.onchange = () => this.#slots.set(template_id, choice.value);
    return choice;
  }

  #worn({ slots }) {
    for (const [slot, { instance }] of Object.entries(slots)) this.#slots.set(instance.template_id, slot);
    return SLOTS.map((slot) => this.#slotRow(slot, slots[slot]?.instance));
  }

  #slotRow(slot, instance) {
    const name = element("span", { className: "aside" }, `${slotName(slot)}: `);
    const what = element("span", { className: "what" }, name, instance ? itemWords(instance) : "empty");
    const row = element("li", { id: `worn-${slot}` }, what);
    if (instance) row.append(this.#unequipButton(slot));
    return row;
  }

  #unequipButton(slot) {
    const unequip = () => this.#command({ type: "unequip", slot });
    const button = element("button", { id: `unequip-${slot}`, type: "button", onclick: unequip }, "Unequip");
    button.ariaLabel = `Unequip ${slotName(slot)}`;
    return button;
  }
}
