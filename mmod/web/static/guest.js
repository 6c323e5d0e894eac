// The name a visitor is offered.

const KEY = "mmod.guest";

/** The storage of this tab, or null where the browser forbids it. */
function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

/** A token for the development login that no other visitor is likely to have been offered. */
function invented() {
  const [number] = crypto.getRandomValues(new Uint32Array(1));
  return `dev:guest-${number.toString(36)}`;
}

/** The guest token of this tab: the one last used, or a new one. */
export function guestToken() {
  const token = storage()?.getItem(KEY) ?? invented();
  remember(token);
  return token;
}

/** Remembers a guest token for this tab; any other token is a secret and is not kept. */
export function remember(token) {
  if (token.startsWith("dev:")) storage()?.setItem(KEY, token);
}
