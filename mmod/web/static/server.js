// What the server says of itself, and what it gives to those who try it out.

/** What is supposed of a server that does not say: a token is asked for, and nothing is known of the items. */
const UNKNOWN = Object.freeze({
  version: "",
  dev: false,
  auth: "unknown",
  catalogue: {},
  slots: [],
  equip_cooldown: 2,
});

/** Asks what may be known before joining. */
export async function serverInfo() {
  try {
    const answer = await fetch("/client/server.json");
    return answer.ok ? { ...UNKNOWN, ...(await answer.json()) } : UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

/** A gift that was refused: `code` of the protocol, and words. */
class Refused extends Error {
  constructor({ code, message }) {
    super(message);
    this.code = code;
  }
}

const LOST = Object.freeze({ code: "unavailable", message: "the server did not answer" });

/** Asks for `items`, `skills` or a `position`; rejects with `Refused`. */
export async function ask(gift, body) {
  const request = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(`/dev/${gift}`, request).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (!answer?.ok) throw new Refused(said?.error ?? LOST);
  return said;
}
