// What walks by pointing, and when it stops doing so; on a canvas of events alone.

import assert from "node:assert/strict";
import test from "node:test";

const SCRIPTS = new URL(process.env.MMOD_WALK_SCRIPTS);
const load = (name) => import(new URL(name, SCRIPTS));
const { Pointer } = await load("pointer.js");
const { Walker } = await load("walker.js");

const HOME = { x: 0, z: 0 };
const STANDING = { x: 0, z: 0 };

/** Metres are pixels here, and the player stands still wherever the camera is. */
function pointing() {
  const canvas = Object.assign(new EventTarget(), { setPointerCapture() {} });
  const zooms = [];
  const camera = { pointAt: (x, z) => ({ x, z }), zoom: (direction) => zooms.push(direction) };
  const pointer = new Pointer(canvas, camera, () => true);
  const point = (type, pointerId, clientX, clientY = 0) =>
    canvas.dispatchEvent(Object.assign(new Event(type), { pointerId, clientX, clientY, button: 0 }));
  return { pointer, point, zooms };
}

test("a tap walks there until one has arrived", () => {
  const { pointer, point } = pointing();
  point("pointerdown", 1, 50);
  point("pointerup", 1, 50);
  assert.deepEqual(pointer.wish(HOME), { x: 1, z: 0 });
  for (let x = 0; x <= 50; x += 5) pointer.wish({ x, z: 0 });
  assert.equal(pointer.target, null);
});

test("two fingers zoom, and neither walks, whichever is lifted first", () => {
  const { pointer, point, zooms } = pointing();
  point("pointerdown", 1, 40);
  point("pointerdown", 2, 60);
  point("pointermove", 2, 90);
  assert.deepEqual(zooms, [1]);
  point("pointerup", 1, 40);
  assert.equal(pointer.wish(HOME), null);
  point("pointerup", 2, 90);
  assert.equal(pointer.wish(HOME), null);
});

test("after two fingers one walks again", () => {
  const { pointer, point } = pointing();
  for (const finger of [1, 2]) point("pointerdown", finger, 40);
  for (const finger of [1, 2]) point("pointerup", finger, 40);
  point("pointerdown", 3, 50);
  assert.deepEqual(pointer.wish(HOME), { x: 1, z: 0 });
});

test("a teleport ends the walk to where one was bound for", () => {
  const { pointer, point } = pointing();
  point("pointerdown", 1, 50);
  point("pointerup", 1, 50);
  pointer.wish(HOME);
  assert.equal(pointer.wish({ x: 300, z: 0 }), null);
  assert.equal(pointer.target, null);
});

test("a way that keys walked in between is no teleport", () => {
  const { pointer, point } = pointing();
  pointer.wish(HOME);
  pointer.forget();
  point("pointerdown", 1, 50);
  point("pointerup", 1, 50);
  assert.deepEqual(pointer.wish({ x: 20, z: 0 }), { x: 1, z: 0 });
});

test("resting stands still and lets go of what is held", () => {
  const { pointer, point } = pointing();
  const released = [];
  const walks = [];
  const held = (name, wish) => ({ wish, release: () => released.push(name), releaseAll: () => released.push(name) });
  const client = { self: { pos: HOME }, walk: (wish) => walks.push(wish) };
  const walker = new Walker({ client, keys: held("keys", null), stick: held("stick", null), pointer });
  point("pointerdown", 1, 50);
  walker.step();
  walker.rest();
  assert.deepEqual(walks, [{ x: 1, z: 0 }, STANDING]);
  assert.deepEqual(released, ["keys", "stick"]);
  walker.step();
  assert.equal(walks.length, 2);
});
