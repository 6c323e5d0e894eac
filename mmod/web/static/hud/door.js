// The door: who are you, and why you are outside.

import { byId, setText } from "../dom.js";
import { guestName, inventedName, rememberName } from "../names.js";
import { closeWords, endTitle } from "../words.js";
import { sign } from "./icons.js";

const NEWS = Object.freeze({ idle: "", connecting: "", joined: "", waiting: "", ended: "refusal" });

/** The close code of an end that the player wished for. */
const LEFT = 1000;

/** How the token of the development login begins. */
const GUEST = "dev:";

export class Door {
  #onJoin;
  #isGuest = false;

  /** `onJoin(token)` is told that somebody wants in; `server` as `server.json` has it. */
  constructor({ auth }, onJoin) {
    this.#onJoin = onJoin;
    for (const button of document.querySelectorAll("button[data-icon]")) button.append(sign(button.dataset.icon));
    byId("guest-name").value = guestName();
    byId("join-form").addEventListener("submit", (event) => this.#submit(event));
    byId("another-name").addEventListener("click", () => (byId("guest-name").value = inventedName()));
    byId("use-token").addEventListener("click", () => this.#ask(!this.#isGuest));
    byId("show-token").addEventListener("click", toggleToken);
    byId("guest-note").hidden = auth !== "dev";
    this.#ask(auth === "dev");
    this.show({ name: "idle" });
  }

  /** The name that was chosen, where `playerId` is the guest of that name; else the id. */
  nameOf(playerId) {
    const name = byId("guest-name").value.trim();
    return name.toLowerCase() === playerId.toLowerCase() ? name : playerId;
  }

  /** Asks for a name or for a token. */
  #ask(isGuest) {
    this.#isGuest = isGuest;
    byId("guest-field").hidden = !isGuest;
    setText(byId("use-token"), isGuest ? "Use a token instead" : "Use a name instead");
    byId("token-field").hidden = isGuest;
    byId("guest-name").required = isGuest;
    byId("token").required = !isGuest;
    this.focus();
  }

  focus() {
    byId(this.#isGuest ? "join-button" : "token").focus();
  }

  #submit(event) {
    event.preventDefault();
    const said = byId(this.#isGuest ? "guest-name" : "token").value.trim();
    if (said === "") return;
    if (this.#isGuest) rememberName(said);
    this.#onJoin(this.#isGuest ? GUEST + said : said);
  }

  /** Shows a phase of the client. */
  show(phase) {
    const isJoining = phase.name === "connecting";
    const hasEnded = phase.name === "ended";
    byId("join-button").disabled = isJoining;
    setText(byId("join-button"), isJoining ? "Joining …" : wordsOfButton(phase));
    byId("join-message").dataset.kind = hasEnded && phase.code === LEFT ? "note" : NEWS[phase.name];
    setText(byId("join-message-title"), hasEnded ? endTitle(phase) : "");
    setText(byId("join-message-text"), hasEnded ? closeWords(phase) : "");
  }
}

function wordsOfButton({ name, code }) {
  if (name !== "ended") return "Step into the world";
  return code === 4003 ? "Take over here" : "Step in again";
}

function toggleToken() {
  const token = byId("token");
  token.type = token.type === "password" ? "text" : "password";
  byId("show-token").ariaPressed = String(token.type === "text");
}
