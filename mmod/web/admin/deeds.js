// What an operator may do to a player, once changes are allowed.

import { newKey, playerPath } from "./api.js";
import { byId, element, setText } from "./dom.js";

/** The switch, and the forms it opens. */
export class Deeds {
  #api;
  #dossier;
  #grantKey = newKey();
  #allow = byId("allow");

  constructor(api, dossier) {
    this.#api = api;
    this.#dossier = dossier;
    this.#allow.addEventListener("change", () => this.#permit());
    this.#permit();
    byId("teleport-pick").addEventListener("click", () => this.#togglePick());
    byId("grant").addEventListener("input", () => (this.#grantKey = newKey()));
    this.#onSubmit("grant", () => this.#grant());
    this.#onSubmit("teleport", () => this.#teleport());
    this.#onSubmit("kick", () => this.#kick());
  }

  /** Whether changes are allowed. */
  get allowed() {
    return this.#allow.checked;
  }

  /** Offers the items of a catalogue. */
  offer(catalogue) {
    const options = Object.entries(catalogue).map(([id, { display_name }]) => element("option", { value: id }, display_name));
    byId("grant-item").replaceChildren(...options);
  }

  /** Another player was chosen: what is granted now is another gift. */
  turnTo() {
    this.#grantKey = newKey();
    byId("teleport-pick").setAttribute("aria-pressed", "false");
  }

  /** Whether the next point clicked on the map is where the player is to be moved. */
  get picking() {
    return byId("teleport-pick").getAttribute("aria-pressed") === "true";
  }

  /** Takes a point (m) of the map. */
  pick({ x, z }) {
    byId("teleport-x").value = x.toFixed(1);
    byId("teleport-z").value = z.toFixed(1);
    byId("teleport-pick").setAttribute("aria-pressed", "false");
  }

  #togglePick() {
    byId("teleport-pick").setAttribute("aria-pressed", String(!this.picking));
  }

  #permit() {
    byId("deeds").disabled = !this.allowed;
    byId("deeds-locked").hidden = this.allowed;
    setText(byId("permit-note"), this.allowed ? "on: what you do counts" : "read-only");
    document.body.classList.toggle("armed", this.allowed);
  }

  #onSubmit(form, act) {
    byId(form).addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!this.allowed) return;
      const result = byId("deed-result");
      try {
        result.dataset.outcome = "";
        setText(result, "…");
        setText(result, await act());
        result.dataset.outcome = "done";
      } catch (failure) {
        setText(result, failure.message);
        result.dataset.outcome = "refused";
      }
      await this.#dossier.refresh();
    });
  }

  /** Grants; the key stays until it is answered, so that pressing the button again gives nothing twice. */
  async #grant() {
    const [item, quantity] = [byId("grant-item"), Number(byId("grant-quantity").value)];
    await this.#api.post(playerPath(this.#dossier.id, "items"), { template_id: item.value, quantity }, this.#grantKey);
    this.#grantKey = newKey();
    return `Granted ${quantity} × ${item.selectedOptions[0].textContent}.`;
  }

  async #teleport() {
    const where = { x: Number(byId("teleport-x").value), z: Number(byId("teleport-z").value) };
    const { pos } = await this.#api.post(playerPath(this.#dossier.id, "position"), where);
    return `Moved to ${pos.x}, ${pos.z}.`;
  }

  async #kick() {
    const reason = byId("kick-reason").value.trim();
    await this.#api.post(playerPath(this.#dossier.id, "kick"), reason === "" ? {} : { reason });
    return "Kicked.";
  }
}
