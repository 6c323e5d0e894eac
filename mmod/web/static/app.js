// Puts the page together: connection, world, canvas, lists and keys.

import { Belongings } from "./belongings.js";
import { Connection } from "./connection.js";
import { byId, setText } from "./dom.js";
import { guestToken, remember } from "./guest.js";
import { notice, showHandover, showPlace, showTelemetry } from "./status.js";
import { View } from "./view.js";
import { Walker } from "./walking.js";
import { errorWords, phaseWords, resultWords } from "./words.js";
import { World } from "./world.js";

/** One press of a zoom key or button. */
const ZOOM_STEP = 1.25;

const world = new World();
const view = new View(byId("world"));
const connection = new Connection({ url: socketUrl(), onPhase: enter, onMessage: receive });
const walker = new Walker((message) => connection.send(message));
const belongings = new Belongings((message) => connection.send(message));
const NOTHING_YET = Object.freeze({ telemetry: null, handover: null, error: null, result: null });
const last = { ...NOTHING_YET };

function socketUrl() {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws`;
}

// --- from the server ---

const RECEIVERS = Object.freeze({
  join_ack(data) {
    world.join(data, performance.now());
    showPlace(world);
    belongings.show(world);
  },
  state(data) {
    world.update(data, performance.now());
    showPlace(world);
    belongings.show(world);
    walker.keepAlive();
  },
  handover(data) {
    last.handover = data;
    world.handOver(data);
    showHandover(data);
  },
  equipment_result(data) {
    last.result = data;
    notice(resultWords(data), data.success ? "note" : "refusal");
  },
  telemetry(data) {
    last.telemetry = data;
    showTelemetry(data);
  },
  error(data) {
    last.error = data;
    notice(errorWords(data), "refusal");
  },
});

function receive({ type, data }) {
  if (Object.hasOwn(RECEIVERS, type)) RECEIVERS[type](data);
}

// --- joining and leaving ---

/** Whether the page shows the world: joined, or about to be again. */
function isInside({ name, attempt }) {
  return name === "joined" || name === "waiting" || (name === "connecting" && attempt > 0);
}

function enter(phase) {
  const words = phaseWords(phase);
  setText(byId("status-connection"), words);
  setText(byId("join-message"), words);
  byId("join-button").disabled = phase.name === "connecting";
  byId("dev-banner").hidden = !connection.isDevelopmentLogin;
  showDoor(!isInside(phase));
  if (phase.name === "joined") begin(phase);
  else walker.stop();
}

/** Opens or closes the door; the focus follows, but only through it. */
function showDoor(open) {
  if (byId("join").hidden === !open) return;
  byId("join").hidden = !open;
  byId("hud").hidden = open;
  byId(open ? "token" : "world").focus();
}

function begin({ attempt, resumed }) {
  walker.start(world.ack);
  if (attempt > 0) {
    notice(resumed ? "Back in the session." : "Back, but in a new session: the old one was gone.", "note");
  }
}

/** Begins a page without a past. */
function forget() {
  Object.assign(last, NOTHING_YET);
  showTelemetry(null);
  showHandover(null);
  byId("notices").replaceChildren();
}

byId("token").value = guestToken();
byId("join-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = byId("token").value.trim();
  if (token === "") return;
  remember(token);
  forget();
  connection.join(token);
});
byId("leave").addEventListener("click", () => connection.leave());

// --- keys and buttons ---

const zoom = (factor) => () => view.zoomBy(factor);
const KEYS = Object.freeze({ "+": zoom(ZOOM_STEP), "=": zoom(ZOOM_STEP), "-": zoom(1 / ZOOM_STEP) });

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || connection.phase.name !== "joined") return;
  if (event.key === "Escape") byId("world").focus();
  if (event.target.closest("input, select")) return;
  if (Object.hasOwn(KEYS, event.key)) KEYS[event.key]();
  if (walker.press(event.code)) event.preventDefault();
}

window.addEventListener("keydown", pressed);
window.addEventListener("keyup", ({ code, key }) => (key === "Meta" ? walker.releaseAll() : walker.release(code)));
window.addEventListener("blur", () => walker.releaseAll());
byId("zoom-in").addEventListener("click", zoom(ZOOM_STEP));
byId("zoom-out").addEventListener("click", zoom(1 / ZOOM_STEP));

// A narrow window shows the world first, and the lists on request.
byId("belongings").open = !window.matchMedia("(max-width: 760px)").matches;

function drawFrame(now) {
  view.draw(world, now, connection.phase.name === "joined");
  requestAnimationFrame(drawFrame);
}
requestAnimationFrame(drawFrame);

// --- for tests and the curious ---

/** A copy of all that the page knows. */
function state() {
  const { name, attempt = 0, resumed = false } = connection.phase;
  const { playerId, tick, ack, cell, position, velocity, entities, inventory, equipment, skills, encumbrance } = world;
  const seen = { playerId, tick, ack, cell, position, velocity, entities, inventory, equipment, skills, encumbrance };
  const link = { connection: name, words: phaseWords(connection.phase), attempt, resumed, inputSeq: walker.seq };
  return structuredClone({ ...link, ...seen, entityCount: entities.length, ...last });
}

window.mmod = Object.freeze({
  get state() {
    return state();
  },
});
