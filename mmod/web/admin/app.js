// The live map: pictures come in, the canvas moves, and an operator looks closer.

import { Api } from "./api.js";
import { Atlas } from "./atlas.js";
import { Camera } from "./camera.js";
import { Chart } from "./chart.js";
import { Deeds } from "./deeds.js";
import { byId, setText } from "./dom.js";
import { Dossier } from "./dossier.js";
import { Feed } from "./feed.js";
import { regionFor } from "./gaze.js";
import { Pointer } from "./pointer.js";
import { Roster } from "./roster.js";
import { Pulse } from "./vitals.js";

/** Milliseconds the map must lie still before the stream is asked to look elsewhere. */
const SETTLED = 350;

/** Pixels around a player that count as the player. */
const REACH = 18;

/** Phases in words. */
const PHASES = Object.freeze({
  connecting: "connecting",
  live: "live",
  locked: "locked",
  refused: "refused",
  away: "not reachable; trying again",
  stopping: "the daemon is stopping",
});

const api = new Api();
const atlas = new Atlas();
const camera = new Camera();
const chart = new Chart(byId("map"), camera);
const pulse = new Pulse();

let phase = "connecting";
let catalogue = {};
let region = null;
let fitted = false;
let settling = null;

const dossier = new Dossier(
  api,
  (templateId) => catalogue[templateId]?.display_name ?? templateId,
  () => byId("search").focus({ preventScroll: true }),
);
const deeds = new Deeds(api, dossier);
const roster = new Roster(choose);
const feed = new Feed(api, { onPicture: take, onPhase: enter });
const pointer = new Pointer(byId("map"), camera, { moved: settle, clicked: click, all: showAll });

// --- pictures ---

function take(picture) {
  const now = performance.now();
  atlas.take(picture, now);
  pulse.take(atlas.vitals, atlas.world, now);
  roster.show(atlas.players);
  tellHidden();
  if (!fitted) {
    fitted = true;
    showAll();
  }
}

function tellHidden() {
  const hint = byId("hint");
  hint.hidden = atlas.hidden === 0;
  setText(hint, `${atlas.hidden.toLocaleString("en")} bots are in view, too many to show one by one: come closer.`);
}

function enter(next, reason) {
  if (next !== phase) setText(byId("phase"), next === "refused" ? reason : PHASES[next]);
  if (next === "live" && Object.keys(catalogue).length === 0) loadCatalogue();
  phase = next;
  byId("phase").dataset.phase = next;
  byId("unlock").hidden = next !== "locked";
  document.body.classList.toggle("locked", next === "locked");
}

async function loadCatalogue() {
  catalogue = (await api.get("/server")).catalogue;
  deeds.offer(catalogue);
}

byId("unlock").addEventListener("submit", async (event) => {
  event.preventDefault();
  api.unlock(byId("token").value);
  setText(byId("unlock-message"), "");
  await feed.open();
  if (phase === "locked") setText(byId("unlock-message"), "This token is not the one.");
});

// --- looking around ---

function settle() {
  clearTimeout(settling);
  settling = setTimeout(look, SETTLED);
}

/** Asks for the bots of what is in the window, unless they come already. */
function look() {
  if (atlas.world === null) return;
  const next = regionFor(camera, atlas.world.cell_size, region);
  if (next === region) return;
  region = next;
  feed.look(region);
}

/** Shows all cells that are active. */
function showAll() {
  const size = atlas.world?.cell_size ?? 1;
  const cells = [...atlas.cells.values()];
  const columns = cells.map(({ cx }) => cx);
  const rows = cells.map(({ cz }) => cz);
  if (cells.length === 0) [columns[0], rows[0]] = [0, 0];
  camera.fit({
    west: size * columns.reduce((least, cx) => Math.min(least, cx), Infinity),
    south: size * rows.reduce((least, cz) => Math.min(least, cz), Infinity),
    east: size * (columns.reduce((most, cx) => Math.max(most, cx), -Infinity) + 1),
    north: size * (rows.reduce((most, cz) => Math.max(most, cz), -Infinity) + 1),
  });
  settle();
}

function click(left, top) {
  if (deeds.picking) {
    deeds.pick(camera.point(left, top));
    return;
  }
  const now = performance.now();
  const near = atlas.players
    .map((player) => ({ player, at: camera.pixel(player.at(now)) }))
    .map(({ player, at }) => ({ player, away: Math.hypot(at.left - left, at.top - top) }))
    .filter(({ away }) => away <= REACH);
  near.sort((one, other) => one.away - other.away);
  if (near.length > 0) choose(near[0].player.id);
}

function choose(id) {
  deeds.turnTo();
  dossier.open(id);
  const player = atlas.player(id);
  if (player === undefined) return;
  const { x, z } = player.at(performance.now());
  Object.assign(camera, { x, z });
  settle();
}

byId("zoom-in").addEventListener("click", () => (pointer.zoom(1), settle()));
byId("zoom-out").addEventListener("click", () => (pointer.zoom(-1), settle()));
byId("zoom-all").addEventListener("click", showAll);
window.addEventListener("resize", settle);

// --- moving ---

/** What of the canvas lies under the panel: at its right, or on a phone below. */
function covered() {
  const panel = byId("panel").getBoundingClientRect();
  const map = byId("map").getBoundingClientRect();
  const beside = panel.width < 0.8 * map.width;
  return beside ? { right: Math.max(0, map.right - panel.left), bottom: 0 } : { right: 0, bottom: Math.max(0, map.bottom - panel.top) };
}

function draw(now) {
  chart.draw(atlas, now, atlas.player(dossier.id), covered());
  pulse.draw();
  requestAnimationFrame(draw);
}

/** What the page knows, for those who look at it from outside: a copy. */
window.mmodMap = {
  get state() {
    const now = performance.now();
    const players = atlas.players.map((player) => ({ id: player.id, name: player.name, ...player.at(now), pixel: camera.pixel(player.at(now)) }));
    return structuredClone({
      phase,
      tick: atlas.tick,
      vitals: atlas.vitals,
      cells: [...atlas.cells.values()],
      players,
      bots: atlas.figures.size - players.length,
      hidden: atlas.hidden,
      region,
      selected: dossier.id,
      allowed: deeds.allowed,
    });
  },
};

feed.open();
requestAnimationFrame(draw);
