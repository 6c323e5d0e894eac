// Who is in, across a reload of the page: a guest who reloads is still there.  Other tokens are secrets and not kept.

import { storage } from "./dom.js";

const KEY = "mmod.inside";

/** The guest's token under which this tab was in the world when it was last seen, or null. */
export function tokenInside() {
  return storage()?.getItem(KEY) ?? null;
}

/** Remembers that somebody is in. */
export function goneIn(token) {
  if (token.startsWith("dev:")) storage()?.setItem(KEY, token);
}

/** Remembers that nobody is. */
export function goneOut() {
  storage()?.removeItem(KEY);
}
