// What is known of items: the server's catalogue, and for what is not in it the name of the template.

/** As in "Sword iron", for a template that nobody has named. */
const spelledOut = (id) => id.charAt(0).toUpperCase() + id.slice(1).replaceAll(/[_.-]+/g, " ");

export class Catalogue {
  #templates;

  /** `templates` as in `server.json`. */
  constructor(templates) {
    this.#templates = templates;
  }

  /** All templates as [id, template]. */
  get all() {
    return Object.entries(this.#templates);
  }

  name(id) {
    return this.#templates[id]?.display_name ?? spelledOut(id);
  }

  /** The slots an item can be worn in; none is known of a template that is not in the catalogue. */
  slots(id) {
    return (this.#templates[id]?.slots ?? []).map(([slot]) => slot);
  }

  weight(id) {
    return this.#templates[id]?.weight ?? 0;
  }

  bulk(id) {
    return this.#templates[id]?.bulk ?? 0;
  }

  /** The least level of each skill that wearing it takes. */
  skills(id) {
    return this.#templates[id]?.skills ?? {};
  }

  /** Every skill that some item asks for. */
  get allSkills() {
    return [...new Set(Object.keys(this.#templates).flatMap((id) => Object.keys(this.skills(id))))].sort();
  }
}
