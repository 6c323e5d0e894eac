// Moving items by hand: dragged with mouse or finger, or picked up and put down with a click or with keys.
//
// What is picked up is either an item of the inventory, which goes to a slot, or one that is worn, which goes to a
// compartment.  Where it fits is shown, but every place takes it: the server decides, and says why not.

import { element } from "../dom.js";
import { onSlot } from "../words.js";
import { say, sayBeside } from "./log.js";

/** A pointer that moved so far (px) drags; less is a click. */
const DRAG_FROM = 6;

const ITEM = "[data-item]";
const WORN = "[data-slot][data-worn]";
const PLACES = "[data-slot], [data-compartment]";

export class Carry {
  #bag;
  #client;
  #catalogue;
  #orders;
  /** The element of what is picked up, or null. */
  #source = null;
  #press = null;
  #ghost = null;

  constructor({ bag, client, catalogue, orders }) {
    this.#bag = bag;
    this.#client = client;
    this.#catalogue = catalogue;
    this.#orders = orders;
    bag.addEventListener("pointerdown", (event) => this.#down(event));
    window.addEventListener("pointermove", (event) => this.#move(event));
    window.addEventListener("pointerup", (event) => this.#up(event));
    window.addEventListener("pointercancel", () => this.#cancel());
    bag.addEventListener("click", (event) => this.#click(event));
    bag.addEventListener("dblclick", (event) => this.#quick(event.target));
    bag.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Puts down what is picked up, where it was. */
  putDown() {
    this.#source?.setAttribute("aria-pressed", "false");
    this.#source = null;
    this.#mark();
  }

  // --- picking up and putting ---

  #pickUp(source) {
    this.putDown();
    this.#source = source;
    source.setAttribute("aria-pressed", "true");
    this.#mark();
  }

  /** Shows where what is picked up fits. */
  #mark() {
    const item = this.#source?.dataset.item;
    const fitting = item ? this.#catalogue.slots(this.#source.dataset.template) : [];
    for (const place of this.#bag.querySelectorAll(PLACES)) {
      const { slot, compartment } = place.dataset;
      const isLegal = this.#source && (item ? fitting.includes(slot) : Boolean(compartment));
      place.toggleAttribute("data-legal", Boolean(isLegal));
      place.removeAttribute("data-over");
    }
  }

  /** Puts what is picked up to a place. */
  #put(place) {
    const { item, slot: from, within } = this.#source.dataset;
    const { slot, compartment } = place.dataset;
    if (item && slot) this.#equip(item, slot);
    else if (!item && compartment) this.#orders.unequip(from, compartment);
    else if (compartment && compartment !== within)
      sayBeside(place, "To move it here, put it on and take it off into here.", "note");
    this.putDown();
  }

  #equip(id, slot) {
    const stowed = this.#client.inventory.items.find(({ instance }) => instance.instance_id === id);
    if (stowed) this.#orders.equip(stowed, slot);
  }

  /** Puts on or takes off at once. */
  #quick(target) {
    const item = target.closest(ITEM);
    const worn = target.closest(WORN);
    if (item) this.#equip(item.dataset.item, this.#catalogue.slots(item.dataset.template)[0] ?? "main_hand");
    else if (worn) this.#orders.unequip(worn.dataset.slot);
    this.putDown();
  }

  // --- clicks and keys ---

  #click(event) {
    const place = event.target.closest(PLACES);
    const source = event.target.closest(`${ITEM}, ${WORN}`);
    const isByKey = event.detail === 0;
    if (this.#source && source === this.#source) this.putDown();
    else if (this.#source && place && this.#takes(place)) this.#put(place);
    else if (source) this.#choose(source, isByKey);
    else if (place?.dataset.slot)
      sayBeside(place, `Nothing is ${onSlot(place.dataset.slot)}. Choose an item first.`, "note");
  }

  /** Whether a click on a place puts there what is picked up, rather than picks up what is there. */
  #takes({ dataset }) {
    return this.#source.dataset.item ? Boolean(dataset.slot) : Boolean(dataset.compartment);
  }

  #choose(source, isByKey) {
    this.#pickUp(source);
    const places = [...this.#bag.querySelectorAll("[data-legal]")];
    say(`Picked up ${source.ariaLabel}. ${places.length ? "Choose where it goes." : "It fits nowhere."}`);
    if (!isByKey || places.length === 0) return;
    (places[0].matches("button") ? places[0] : places[0].querySelector("button")).focus();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "escape" && this.#source) this.#returnFocus(event);
    else if (key === "e" && event.target.closest(ITEM)) this.#quick(event.target);
    else if ((key === "u" || key === "delete") && event.target.closest(WORN)) this.#quick(event.target);
    else if (key.startsWith("arrow")) this.#step(event, key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #returnFocus() {
    this.#source.focus();
    this.putDown();
    say("Put back.");
  }

  /** Arrow keys go through everything that can be chosen. */
  #step(event, key) {
    const all = [...this.#bag.querySelectorAll("button")].filter((button) => button.checkVisibility());
    const next = all.indexOf(event.target) + (key === "arrowdown" || key === "arrowright" ? 1 : -1);
    all[Math.max(0, Math.min(all.length - 1, next))]?.focus();
  }

  // --- dragging ---

  #down(event) {
    const source = event.target.closest(`${ITEM}, ${WORN}`);
    if (event.button !== 0 || source === null) return;
    this.#press = { source, x: event.clientX, y: event.clientY };
  }

  #move({ clientX, clientY }) {
    if (this.#press === null) return;
    const { source, x, y } = this.#press;
    if (this.#ghost === null && Math.hypot(clientX - x, clientY - y) < DRAG_FROM) return;
    if (this.#ghost === null) this.#drag(source);
    this.#ghost.style.transform = `translate(${clientX - 24}px, ${clientY - 24}px)`;
    const over = this.#placeAt(clientX, clientY);
    for (const place of this.#bag.querySelectorAll(PLACES)) place.toggleAttribute("data-over", place === over);
  }

  #drag(source) {
    this.#pickUp(source);
    this.#ghost = element("div", { className: "dragged" });
    this.#ghost.append(source.querySelector(".item-icon").cloneNode(true));
    document.body.append(this.#ghost);
  }

  /** The place below a pixel that takes what is picked up. */
  #placeAt(x, y) {
    const below = document.elementFromPoint(x, y);
    return below?.closest(this.#source.dataset.item ? PLACES : "[data-compartment]") ?? null;
  }

  #up({ clientX, clientY }) {
    if (this.#ghost !== null) {
      swallowClick();
      const place = this.#placeAt(clientX, clientY);
      if (place) this.#put(place);
    }
    this.#cancel();
  }

  #cancel() {
    if (this.#ghost !== null) this.putDown();
    this.#ghost?.remove();
    this.#ghost = this.#press = null;
  }
}

/** The end of a drag can be followed by a click, which nobody made. */
function swallowClick() {
  const swallow = (event) => event.stopPropagation();
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
}
