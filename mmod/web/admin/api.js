// The admin API over fetch.  The token is kept here, in memory, and sent as a header only.

/** What the server refused: an HTTP status, its code for programs and its words for people. */
export class Refusal extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The refusal in a response; one without JSON is told by its status. */
async function refusalIn(response) {
  try {
    const { error } = await response.json();
    return new Refusal(response.status, error.code, error.message);
  } catch {
    return new Refusal(response.status, "http", `the server answered ${response.status}`);
  }
}

export class Api {
  #token = "";

  /** Sends this bearer token from now on; the empty one is none. */
  unlock(token) {
    this.#token = token;
  }

  /** What stands at a path, as JSON.  Rejects with a `Refusal`, or a TypeError when nobody answers. */
  async get(path) {
    return (await this.open(path)).json();
  }

  /** Does something; a `key` makes repeating a grant harmless. */
  async post(path, body, key) {
    const headers = { "Content-Type": "application/json", ...(key === undefined ? {} : { "Idempotency-Key": key }) };
    return (await this.open(path, { method: "POST", body: JSON.stringify(body), headers })).json();
  }

  /** The whole response, once its head has come. */
  async open(path, options = {}) {
    const authorization = this.#token === "" ? {} : { Authorization: `Bearer ${this.#token}` };
    const headers = { ...options.headers, ...authorization };
    const response = await fetch(path, { ...options, headers, cache: "no-store" });
    if (!response.ok) throw await refusalIn(response);
    return response;
  }
}

/** The path of a player, or of something of a player's. */
export function playerPath(id, ...more) {
  return ["/players", encodeURIComponent(id), ...more].join("/");
}

/** A key that nobody has used: 128 random bits.  (`randomUUID` exists in secure contexts only.) */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
