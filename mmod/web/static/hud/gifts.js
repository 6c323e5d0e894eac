// "Give me something": items, skills and other places, on a server that was started for trying things out.

import { byId, element } from "../dom.js";
import { ask } from "../server.js";
import { REFUSALS, sentence, slotName } from "../words.js";
import { itemIcon } from "./icons.js";
import { note, sayBeside } from "./log.js";

/** How far (m) the far land lies at most, on each axis. */
const FAR = 5000;

export class Gifts {
  #client;
  #catalogue;
  #token;

  /** `token()` proves who asks. */
  constructor(client, catalogue, token) {
    this.#client = client;
    this.#catalogue = catalogue;
    this.#token = token;
    const title = element("h2", { id: "gifts-title" }, "Give me something");
    byId("gifts").replaceChildren(title, ...this.#items(), ...this.#skills(), ...this.#places());
  }

  async #ask(button, gift, body, done) {
    button.disabled = true;
    try {
      await ask(gift, { token: this.#token(), ...body });
      note(done, "good");
    } catch ({ code, message }) {
      const words = sentence(`${REFUSALS[code] ?? message} (${code})`);
      note(words, "refusal");
      sayBeside(button, words);
    } finally {
      button.disabled = false;
    }
  }

  // --- items ---

  #items() {
    const amount = field("gift-quantity", "How many", { type: "number", min: 1, max: 1000, value: 1 });
    const where = choice("gift-compartment", "Into", ["backpack", "belt", "craft_bag"]);
    const shelf = this.#catalogue.all.map(([id, template]) => this.#itemButton(id, template));
    return [
      element("div", { className: "line" }, amount, where),
      element("div", { className: "shelf", role: "group", ariaLabel: "Items" }, ...shelf),
    ];
  }

  #itemButton(id, { display_name }) {
    const button = element("button", { type: "button", id: `give-${id}`, data: { gift: id } });
    button.append(itemIcon(id, this.#catalogue.slots(id)), display_name);
    button.addEventListener("click", () => this.#giveItem(button, id, display_name));
    return button;
  }

  #giveItem(button, template_id, name) {
    const quantity = byId("gift-quantity").valueAsNumber || 1;
    const compartment = byId("gift-compartment").value;
    const what = quantity === 1 ? name : `${name} × ${quantity}`;
    this.#ask(
      button,
      "items",
      { template_id, quantity, compartment },
      `A gift: ${what}, in the ${slotName(compartment)}.`,
    );
  }

  // --- skills ---

  #skills() {
    const skills = this.#catalogue.allSkills;
    if (skills.length === 0) return [];
    const which = choice("gift-skill", "Skill", skills);
    const level = field("gift-level", "Level", { type: "number", min: 0, max: 1000, value: 20 });
    const button = element("button", { type: "button", id: "give-skill" }, "Learn");
    button.addEventListener("click", () => this.#giveSkill(button));
    return [element("h3", {}, "Skills"), element("div", { className: "line" }, which, level, button)];
  }

  #giveSkill(button) {
    const [skill, level] = [byId("gift-skill").value, byId("gift-level").valueAsNumber || 0];
    this.#ask(button, "skills", { skill, level }, `Your ${slotName(skill)} is ${level} now.`);
  }

  // --- places ---

  #places() {
    const coordinate = { type: "number", step: "any", value: 0 };
    const [x, z] = [field("gift-x", "x (m)", coordinate), field("gift-z", "z (m)", coordinate)];
    const go = element("button", { type: "button", id: "give-position" }, "Go");
    go.addEventListener("click", () =>
      this.#goTo(go, byId("gift-x").valueAsNumber || 0, byId("gift-z").valueAsNumber || 0),
    );
    const places = element("div", { className: "row" }, ...this.#shortcuts());
    return [element("h3", {}, "Somewhere else"), element("div", { className: "line" }, x, z, go), places];
  }

  #shortcuts() {
    const shortcuts = [
      ["go-origin", "The origin", () => ({ x: 0, z: 0 })],
      ["go-next-cell", "Next cell east", () => this.#nextCell()],
      ["go-far", "Far away", () => ({ x: (Math.random() * 2 - 1) * FAR, z: (Math.random() * 2 - 1) * FAR })],
    ];
    return shortcuts.map(([id, title, where]) => {
      const button = element("button", { type: "button", id }, title);
      button.addEventListener("click", () => this.#goTo(button, where().x, where().z));
      return button;
    });
  }

  #nextCell() {
    const { cell, config, self } = this.#client;
    return { x: (cell.cx + 1) * config.cell_size + 8, z: self.server.pos.z };
  }

  #goTo(button, x, z) {
    this.#ask(button, "position", { x, z }, `You stand at x ${Math.round(x)}, z ${Math.round(z)}.`);
  }
}

function field(id, title, properties) {
  return element("label", {}, title, element("input", { id, ...properties }));
}

function choice(id, title, values) {
  const options = values.map((value) => element("option", { value }, slotName(value)));
  return element("label", {}, title, element("select", { id }, ...options));
}
