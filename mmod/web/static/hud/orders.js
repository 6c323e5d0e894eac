// Putting on and taking off: gives the command, and tells what came of it where it was given.

import { byId } from "../dom.js";
import { onSlot, slotName } from "../words.js";
import { note, sayBeside } from "./log.js";
import { refusalWords } from "./refusals.js";

export class Orders {
  #client;
  #catalogue;

  /** Results that somebody here waits for. */
  awaited = 0;

  constructor(client, catalogue) {
    this.#client = client;
    this.#catalogue = catalogue;
  }

  /** Puts an item (as in the inventory) on. */
  async equip({ instance }, slot) {
    const template = instance.template_id;
    const name = this.#catalogue.name(template);
    const order = () => this.#client.equip(instance.instance_id, slot);
    await this.#give(order, { template, slot }, `${name} is ${onSlot(slot)}.`);
  }

  /** Takes off what is in a slot. */
  async unequip(slot, compartment = "backpack") {
    const template = this.#client.equipment.slots[slot]?.instance.template_id;
    const name = template ? this.#catalogue.name(template) : slotName(slot);
    const order = () => this.#client.unequip(slot, compartment);
    await this.#give(order, { template, slot, compartment }, `${name} is in the ${slotName(compartment)}.`);
  }

  async #give(order, about, done) {
    const place = byId(`slot-${about.slot}`);
    place.toggleAttribute("data-pending", true);
    this.awaited += 1;
    try {
      this.#tell(await order(), about, done);
    } catch (error) {
      this.#say(`${error.message}.`, about.slot);
    } finally {
      this.awaited -= 1;
      place.toggleAttribute("data-pending", false);
    }
  }

  #tell(result, about, done) {
    if (result.success) note(done, "good");
    else this.#say(refusalWords(result, { ...about, catalogue: this.#catalogue, client: this.#client }), about.slot);
  }

  #say(words, slot) {
    note(words, "refusal");
    const place = byId(`slot-${slot}`);
    sayBeside(place.checkVisibility() ? place : byId("bag-toggle"), words);
  }
}
