// The parts of the live map that need no browser.

import assert from "node:assert/strict";
import test from "node:test";

const ADMIN = new URL(process.env.MMOD_ADMIN_SCRIPTS);
const load = (name) => import(new URL(name, ADMIN));
const { Atlas, GLIDE } = await load("atlas.js");
const { Camera } = await load("camera.js");
const { events } = await load("events.js");
const { regionFor } = await load("gaze.js");

const WORLD = { tick_hz: 20, cell_size: 256, aoi_radius: 128, bounds: 100000 };
const ADA = { number: 1, id: "ada", name: "Ada", kind: "player" };

function picture(more = {}) {
  return { tick: 1, vitals: {}, cells: [], gone: [], named: [], entities: [], hidden: 0, ...more };
}

function told(atlas, pictures) {
  pictures.forEach((more, turn) => atlas.take(picture(more), turn * 250));
  return atlas;
}

async function read(...chunks) {
  const body = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
      controller.close();
    },
  });
  const found = [];
  for await (const event of events(body)) found.push(event);
  return found;
}

test("events are read however the bytes are cut", async () => {
  const bytes = new TextEncoder().encode('event: picture\ndata: {"é":1}\n\n');
  const one = { event: "picture", data: '{"é":1}' };
  for (let cut = 1; cut < bytes.length; cut += 1) {
    assert.deepEqual(await read(bytes.slice(0, cut), bytes.slice(cut)), [one]);
  }
});

test("what carries no data, and half an event at the end, are none", async () => {
  assert.deepEqual(await read("retry: 1000\n\nevent: end\ndata: 1\n\nevent: picture\ndata: 2"), [
    { event: "end", data: "1" },
  ]);
});

test("a player glides from where it was shown to where it is", () => {
  const atlas = told(new Atlas(), [{ world: WORLD, named: [ADA], entities: [[1, 0, 0]] }, { entities: [[1, 30, -10]] }]);
  const ada = atlas.player("ada");
  assert.deepEqual(ada.at(250), { x: 0, z: 0 });
  assert.deepEqual(ada.at(250 + GLIDE / 2), { x: 1.5, z: -0.5 });
  assert.deepEqual(ada.at(250 + 10 * GLIDE), { x: 3, z: -1 });
});

test("who is teleported does not glide, and leaves no trail there", () => {
  const atlas = told(new Atlas(), [{ world: WORLD, named: [ADA], entities: [[1, 0, 0]] }, { entities: [[1, 9000, 0]] }]);
  assert.deepEqual(atlas.player("ada").at(250), { x: 900, z: 0 });
  assert.equal(atlas.player("ada").trail.length, 1);
});

test("cells change and go, and a whole picture replaces them all", () => {
  const atlas = told(new Atlas(), [{ world: WORLD, cells: [[0, 0, 1, 2], [1, 0, 0, 3]] }, { cells: [[0, 0, 0, 3]], gone: [[1, 0]] }]);
  assert.deepEqual([...atlas.cells.values()], [{ cx: 0, cz: 0, players: 0, bots: 3 }]);
  atlas.take(picture({ world: WORLD, cells: [[5, 5, 1, 0]] }), 0);
  assert.deepEqual([...atlas.cells.keys()], ["5,5"]);
});

test("who is not in a picture has left, and players are in the order of people", () => {
  const named = [10, 9, 2].map((number) => ({ number, id: `p-${number}`, name: `p-${number}`, kind: "player" }));
  const entities = named.map(({ number }) => [number, 0, 0]);
  const atlas = told(new Atlas(), [{ world: WORLD, named, entities }]);
  assert.deepEqual(atlas.players.map(({ id }) => id), ["p-2", "p-9", "p-10"]);
  atlas.take(picture({ entities: entities.slice(1) }), 250);
  assert.equal(atlas.player("p-10"), undefined);
});

test("a pixel and the point under it are each other's", () => {
  const camera = new Camera();
  camera.resize(1000, 600, { right: 300, bottom: 0 });
  camera.fit({ west: -512, south: 0, east: 512, north: 256 });
  assert.deepEqual(camera.pixel({ x: 0, z: 128 }), { left: 350, top: 300 });
  camera.zoomBy(2, 10, 20);
  const { x, z } = camera.point(10, 20);
  const { left, top } = camera.pixel({ x, z });
  assert.ok(Math.hypot(left - 10, top - 20) < 1e-6);
});

test("bots are asked for only where a cell is large enough, and a small move asks for nothing new", () => {
  const camera = new Camera();
  camera.resize(1000, 600, { right: 0, bottom: 0 });
  camera.scale = 0.01;
  assert.equal(regionFor(camera, 256, null), null);
  camera.scale = 1;
  const region = regionFor(camera, 256, null);
  assert.ok(region.west < -2 && region.east > 2);
  camera.panBy(100, 100);
  assert.equal(regionFor(camera, 256, region), region);
  camera.panBy(5000, 0);
  assert.notEqual(regionFor(camera, 256, region), region);
});
