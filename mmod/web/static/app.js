// Puts the page together: the client, the canvas, the panels, and what walks.

import { Client } from "/client/mmod.js";
import { byId, still, storage } from "./dom.js";
import { Bag } from "./hud/bag.js";
import { Carry } from "./hud/carry.js";
import { Catalogue } from "./hud/catalogue.js";
import { Door } from "./hud/door.js";
import { Gifts } from "./hud/gifts.js";
import { forgetNotes, note } from "./hud/log.js";
import { Orders } from "./hud/orders.js";
import { flashCell, showPlace } from "./hud/place.js";
import { Pulse } from "./hud/pulse.js";
import { startTheme } from "./hud/theme.js";
import { Tools } from "./hud/tools.js";
import { Veil } from "./hud/veil.js";
import { publish } from "./inspect.js";
import { Minimap } from "./scene/minimap.js";
import { View } from "./scene/view.js";
import { serverInfo } from "./server.js";
import { goneIn, goneOut, tokenInside } from "./session.js";
import { Keys } from "./walk/keys.js";
import { Pointer } from "./walk/pointer.js";
import { Stick } from "./walk/stick.js";
import { Walker } from "./walk/walker.js";
import { cellName, errorWords } from "./words.js";

startTheme();

const server = await serverInfo();
const last = { telemetry: null, handover: null, error: null, result: null, handoverAt: 0 };
let token = "";

const client = new Client({ url: socketUrl(), token: () => token, resume: storage() });
const catalogue = new Catalogue(server.catalogue);
const view = new View(byId("world"));
const minimap = new Minimap(byId("minimap"));
const bag = new Bag(catalogue, server);
const orders = new Orders(client, catalogue);
const carry = new Carry({ bag: byId("bag"), client, catalogue, orders });
const tools = new Tools(view.camera, (panel) => panel === "bag" && bag.unfold(client));
const pulse = new Pulse();
const door = new Door(server, join);
const veil = new Veil(
  () => client.connect(),
  () => client.leave(),
);
const isIn = () => client.phase.name === "joined";
const keys = new Keys();
const pointer = new Pointer(byId("world"), view.camera, isIn);
const stick = new Stick(byId("stick"), byId("stick-knob"));
const walker = new Walker({ client, keys, stick, pointer });

function socketUrl() {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws`;
}

// --- joining and leaving ---

/** Joins as whom a token proves, without a past. */
function join(wanted) {
  token = wanted;
  Object.assign(last, { telemetry: null, handover: null, error: null, result: null });
  forgetNotes();
  client.connect();
}

/** Whether the page shows the world: joined, or about to be again. */
function isInside({ name, attempt }) {
  return name === "joined" || name === "waiting" || (name === "connecting" && attempt > 0);
}

/** Opens or closes the door; the focus follows, but only through it. */
function showDoor(isOpen) {
  if (byId("join").hidden === !isOpen) return;
  byId("join").hidden = !isOpen;
  byId("hud").hidden = isOpen;
  byId("world").tabIndex = isOpen ? -1 : 0;
  if (isOpen) door.focus();
  else byId("world").focus();
}

function enter(phase) {
  door.show(phase);
  veil.show(phase);
  if (phase.name === "ended") goneOut();
  if (!isIn()) {
    carry.putDown();
    pointer.forget();
  }
  showDoor(!isInside(phase));
  if (phase.name === "joined") welcome(phase);
}

const coarse = window.matchMedia("(pointer: coarse)");
const BY_HAND = "Push the stick to walk, or tap where to go.";
const BY_KEYS = "Walk with W A S D, the arrow keys, or point where to go.";

function welcome({ attempt, resumed }) {
  goneIn(token);
  byId("player-name").textContent = door.nameOf(client.playerId);
  byId("dev-banner").hidden = server.auth !== "dev";
  if (attempt === 0) view.camera.arrive(still.matches);
  if (attempt === 0) note(`Welcome. ${coarse.matches ? BY_HAND : BY_KEYS}`, "good");
  else note(resumed ? "Back in the session." : "Back, but in a new session: the old one was gone.", "good");
  bag.unfold(client);
  byId("world").focus();
}

// --- from the server ---

client.on("phase", enter);
client.on("belongings", () => bag.show(client));
client.on("telemetry", (telemetry) => (last.telemetry = telemetry));
client.on("handover", (handover) => {
  Object.assign(last, { handover, handoverAt: performance.now() });
  flashCell();
  note(`You crossed from cell ${cellName(handover.from)} into cell ${cellName(handover.to)}.`, "crossing");
});
client.on("result", (result) => (last.result = result));
client.on("error", (error) => {
  last.error = error;
  if (isIn()) note(errorWords(error), "refusal");
});

if (server.dev) {
  new Gifts(client, catalogue, () => token);
  byId("gifts-toggle").hidden = false;
}

// --- keys and buttons ---

/** Where keys write, choose or move a focus instead of walking. */
const WRITING = "input:not([type=checkbox]), select";

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !isIn()) return;
  if (event.key === "Escape" && !tools.foldOne()) byId("world").focus();
  if (event.target.closest(WRITING)) return;
  if (!event.repeat && tools.press(event.key)) return;
  if (keys.press(event.code)) event.preventDefault();
}

window.addEventListener("keydown", pressed);
window.addEventListener("keyup", ({ code, key }) => (key === "Meta" ? keys.releaseAll() : keys.release(code)));
window.addEventListener("blur", () => keys.releaseAll());
document.addEventListener("visibilitychange", () => document.hidden && walker.rest());
byId("leave").addEventListener("click", () => client.leave());

// --- frames ---

/** What is to be drawn at `now` (ms). */
function scene(now) {
  const isKnown = isInside(client.phase) && client.self !== null;
  return {
    self: isKnown ? { ...client.self, name: byId("player-name").textContent } : null,
    others: isKnown ? client.entities(now) : [],
    config: client.config,
    cell: client.cell,
    slots: client.equipment?.slots,
    handover: last.handover,
    handoverAt: last.handoverAt,
    target: pointer.target,
  };
}

function drawFrame(now) {
  if (isIn()) walker.step();
  const shown = scene(now);
  view.draw(shown, now, still.matches);
  veil.step(now);
  pulse.frame(now, client.stats);
  if (shown.self) drawInside(shown, now);
  requestAnimationFrame(drawFrame);
}

/** How often (ms) the panels follow: each change of theirs costs the browser a layout. */
const PANELS_EVERY = 80;

let panelsAt = -Infinity;

function drawInside(shown, now) {
  minimap.draw(shown, view.camera, now);
  if (now - panelsAt < PANELS_EVERY) return;
  panelsAt = now;
  showPlace(client);
  bag.step(client, now);
  tools.step();
}

requestAnimationFrame(drawFrame);
publish({ client, view, pulse, last, pointer });

token = tokenInside() ?? "";
if (token) client.connect();
