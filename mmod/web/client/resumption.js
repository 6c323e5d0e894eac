// What a page that is loaded again needs to go on with its session, in a storage of the browser.
//
// A storage that is full, forbidden or holds nonsense costs the resume, never the game.

/** Its number changes with what is kept, so that one version of this library never reads what another one kept. */
const PREFIX = "mmod.session.1 ";

function isRecord(record) {
  const { token, journal } = record ?? {};
  return typeof token === "string" && Number.isSafeInteger(journal?.seq) && Array.isArray(journal.waiting);
}

export class Resumption {
  #storage;
  #key;
  /** The token that was kept or loaded last. */
  #token = null;

  /** `storage` is like `sessionStorage`, or null to keep nothing. */
  constructor(storage, url) {
    this.#storage = storage;
    this.#key = PREFIX + url;
  }

  /** `{token, journal}` as it was kept last, null when there is none. */
  load() {
    try {
      const record = JSON.parse(this.#storage?.getItem(this.#key) ?? "null");
      if (!isRecord(record)) return null;
      this.#token = record.token;
      return record;
    } catch {
      return null;
    }
  }

  /** Keeps a resume token and the record of a journal. */
  keep(token, journal) {
    this.#token = token;
    try {
      this.#storage?.setItem(this.#key, JSON.stringify({ token, journal }));
    } catch {
      this.forget();
    }
  }

  /** Forgets what is kept, unless another tab has kept its own session there since. */
  forget() {
    try {
      if (JSON.parse(this.#storage?.getItem(this.#key) ?? "null")?.token !== this.#token) return;
      this.#storage?.removeItem(this.#key);
    } catch {
      // It may not even be asked; then there is nothing to forget either.
    }
  }
}
