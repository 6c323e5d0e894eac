// What happened, in words.  The codes are the protocol's.

import { MOST_ATTEMPTS } from "/client/mmod.js";

export const ERRORS = Object.freeze({
  bad_request: "the server did not understand this page",
  unknown_type: "the server does not know this kind of message",
  hello_timeout: "the server waited too long for this page to introduce itself",
  auth: "the token was not accepted",
  unavailable: "the server cannot reach its store or its login service; try again later",
  bad_record: "what was stored of you could not be read and was set aside; you start with nothing",
  world_full: "the world is full; try again later",
  replaced: "you joined from somewhere else",
  rate_limited: "this page asked for too much",
  idle_timeout: "the server heard nothing from this page for too long",
  kicked: "an operator removed you",
});

export const REFUSALS = Object.freeze({
  illegal_slot: "it does not fit there",
  skill_gate: "your skill is too low",
  equip_locked: "the slot has just been used; wait a moment",
  item_not_found: "it is not in your inventory",
  slot_empty: "there is nothing in the slot",
  exceeds_weight: "you would carry too much weight",
  exceeds_bulk: "there is no room for it",
  unknown_compartment: "there is no such compartment",
  unavailable: "the server cannot save it now; try again later",
});

export const CLOSES = Object.freeze({
  1000: "you left the world",
  1001: "the server went away",
  1002: "the server saw a fault in the connection",
  1006: "the connection failed",
  1007: "the server could not read a text",
  1009: "a message was too long",
  1011: "the server met an error of its own",
  1012: "the server is restarting",
  1013: "the server cannot take you now",
  4000: "the server did not understand this page",
  4001: "the token was not accepted",
  4002: "this page asked for too much",
  4003: "you joined from somewhere else",
  4004: "the server heard nothing from this page for too long",
  4005: "the world is full; try again later",
  4006: "an operator removed you",
});

/** What stands above the reason for an end, by the code of the close. */
const TITLES = Object.freeze({
  1000: "Goodbye",
  1012: "Back in a moment",
  1013: "Not just now",
  4001: "No entry",
  4003: "Taken over",
  4004: "Still there?",
  4005: "Full house",
  4006: "Shown the door",
});

/** Errors whose message says more than their code: a reason somebody typed, the field that was wrong. */
const TELLING = new Set(["bad_request", "kicked"]);

/** As a sentence. */
export const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;

/** An `error` message in words, with its code. */
export function errorWords({ code, message }) {
  const known = ERRORS[code];
  const words = known === undefined ? message : TELLING.has(code) && message ? `${known}: ${message}` : known;
  return sentence(`${words} (${code})`);
}

/** Why a connection ended: by the last error where one was sent, else by the code of the close. */
export function closeWords({ code, error }) {
  return error ? errorWords(error) : sentence(`${CLOSES[code] ?? "the connection was closed"} (${code})`);
}

/** What stands above the reason for an end. */
export function endTitle({ code, exhausted }) {
  return exhausted ? "The way is lost" : (TITLES[code] ?? "You are outside");
}

/** A phase of the client in words. */
export function phaseWords(phase) {
  switch (phase.name) {
    case "connecting":
      return phase.attempt ? `Joining again, attempt ${phase.attempt} of ${MOST_ATTEMPTS} …` : "Joining …";
    case "joined":
      return "In the world";
    case "waiting":
      return `${closeWords(phase)} Trying again in ${(phase.wait / 1000).toFixed(1)} s …`;
    case "ended":
      return phase.exhausted ? `${closeWords(phase)} Gave up after ${MOST_ATTEMPTS} attempts.` : closeWords(phase);
    default:
      return "";
  }
}

/** A slot or a compartment as people write it. */
export function slotName(slot) {
  return slot.replaceAll("_", " ");
}

/** Where something worn is, as in "in the main hand". */
export function onSlot(slot) {
  return `${slot.endsWith("hand") ? "in" : "on"} the ${slotName(slot)}`;
}

/** A cell as people write it. */
export function cellName({ cx, cz }) {
  return `${cx}, ${cz}`;
}

/** A number with at most one decimal. */
export function round(number) {
  return String(Math.round(number * 10) / 10);
}
