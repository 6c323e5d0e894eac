// The whole client against a server that the test plays; no real time, no socket.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Client, NotJoined, SessionLost, TooManyCommands } from "../../../mmod/web/client/mmod.js";
import { Desk, equipment, inventory, joinAck, paperStorage, result, turn } from "./support/desk.mjs";

// --- joining ---

test("it says hello with its token, joins, and says at once what is wished", async () => {
  const desk = new Desk();
  desk.client.walk({ x: 5, z: 0 });
  await desk.join({ ack: 0 });
  assert.deepEqual(desk.socket.sent[0], { type: "hello", token: "dev:ada" });
  assert.deepEqual(desk.socket.all("input").map(({ seq, intent }) => [seq, intent]), [[1, { x: 1, z: 0 }]]);
  assert.deepEqual(desk.phases, ["connecting", "joined"]);
  assert.equal(desk.client.playerId, "ada");
  assert.equal(desk.client.stats.dialect, "mmod.v1.json");
});

test("it offers the compact dialect first", async () => {
  const desk = new Desk();
  desk.client.connect();
  await turn();
  assert.deepEqual(desk.socket.protocols, ["mmod.v1.delta", "mmod.v1.json"]);
});

test("it is told of the join, and of the belongings, before the phase says so", async () => {
  const desk = new Desk();
  await desk.join();
  assert.deepEqual(desk.told.map(([name]) => name), ["phase", "join", "belongings", "phase"]);
});

test("a token function is asked before each attempt", async () => {
  let count = 0;
  const desk = new Desk({ token: async () => `token ${(count += 1)}` });
  await desk.join();
  desk.socket.lose();
  await desk.pass(500);
  desk.socket.open();
  assert.deepEqual(desk.sockets.map(({ sent }) => sent[0].token), ["token 1", "token 2"]);
});

const failure = () => {
  throw new Error("no such user");
};

for (const [how, token] of [
  ["at once", failure],
  ["later", async () => failure()],
]) {
  test(`a token function that fails ${how} ends a first attempt, and says why`, async () => {
    const desk = new Desk({ token });
    desk.client.connect();
    await turn();
    assert.deepEqual(desk.phases, ["connecting", "ended"]);
    assert.deepEqual(desk.client.phase.error, { code: "token", message: "no such user" });
    assert.deepEqual(desk.all("error"), [{ code: "token", message: "no such user" }]);
  });
}

test("a token that is no text is told as such", async () => {
  const desk = new Desk({ token: () => 7 });
  desk.client.connect();
  await turn();
  assert.equal(desk.client.phase.error.message, "the token is not a text");
});

test("a token function that fails while a session is taken up again is asked again", async () => {
  let isAway = false;
  const desk = new Desk({ token: () => (isAway ? failure() : "token") });
  await desk.join();
  isAway = true;
  desk.socket.lose();
  await desk.pass(375);
  assert.deepEqual([desk.client.phase.name, desk.client.phase.attempt], ["waiting", 2]);
  isAway = false;
  await desk.pass(1_000);
  assert.equal(desk.sockets.length, 2);
});

test("a first attempt that fails is not repeated", async () => {
  const desk = new Desk();
  desk.client.connect();
  await turn();
  desk.socket.lose();
  assert.deepEqual([desk.client.phase.name, desk.client.phase.exhausted], ["ended", false]);
  await desk.pass(60_000);
  assert.equal(desk.sockets.length, 1);
});

test("a refusal says why, and is final", async () => {
  const desk = new Desk();
  desk.client.connect();
  await turn();
  desk.socket.open();
  desk.socket.say("error", { code: "auth", message: "the token has expired" });
  desk.socket.lose(4001);
  assert.deepEqual(desk.client.phase, {
    name: "ended",
    code: 4001,
    error: { code: "auth", message: "the token has expired" },
    exhausted: false,
  });
});

test("a server that does not answer is given up after 15 s", async () => {
  const desk = new Desk();
  desk.client.connect();
  await desk.pass(15_000);
  assert.equal(desk.client.phase.name, "ended");
});

test("without any WebSocket the constructor says so", () => {
  assert.throws(() => new Client({ url: "ws://x/ws", token: "t", platform: { WebSocket: undefined } }), TypeError);
});

// --- coming back ---

test("after a loss it waits, and takes up the session with its resume token", async () => {
  const desk = new Desk();
  await desk.join();
  desk.socket.lose();
  const { name, attempt, wait, until, code } = desk.client.phase;
  assert.deepEqual([name, attempt, wait, until, code], ["waiting", 1, 375, 375, 1006]);
  await desk.pass(375);
  desk.socket.open();
  assert.deepEqual(desk.socket.sent[0], { type: "hello", token: "dev:ada", resume: "token-1", lastSeq: 1 });
  desk.socket.say("join_ack", joinAck({ resumed: true, ack: 1 }));
  assert.deepEqual(desk.client.phase, { name: "joined", resumed: true, attempt: 1 });
  assert.equal(desk.client.stats.resumed, 1);
});

test("waits double up to ten seconds, and after ten attempts it gives up", async () => {
  const desk = new Desk();
  desk.chance = 0.999999;
  await desk.join();
  const waits = [];
  for (desk.socket.lose(); desk.client.phase.name === "waiting"; desk.socket.lose()) {
    waits.push(Math.round(desk.client.phase.wait));
    await desk.pass(desk.client.phase.wait);
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 10000, 10000, 10000, 10000, 10000]);
  assert.deepEqual([desk.client.phase.name, desk.client.phase.exhausted], ["ended", true]);
});

test("to connect again after that takes up the session still", async () => {
  const desk = new Desk();
  await desk.join();
  for (desk.socket.lose(); desk.client.phase.name === "waiting"; desk.socket.lose()) await desk.pass(10_000);
  desk.client.connect();
  await turn();
  desk.socket.open();
  assert.equal(desk.socket.sent[0].resume, "token-1");
});

test("to connect while waiting tries at once", async () => {
  const desk = new Desk();
  await desk.join();
  desk.socket.lose();
  desk.client.connect();
  await turn();
  assert.deepEqual([desk.client.phase.name, desk.sockets.length], ["connecting", 2]);
});

for (const [seconds, attempt] of [
  [11, 1],
  [9, 2],
]) {
  test(`after a connection that held ${seconds} s the next attempt is number ${attempt}`, async () => {
    const desk = new Desk();
    await desk.join();
    desk.socket.lose();
    await desk.pass(375);
    await desk.admit({ resumed: true });
    await desk.pass(5_000);
    await desk.show();
    await desk.pass((seconds - 5) * 1_000);
    desk.socket.lose();
    assert.equal(desk.client.phase.attempt, attempt);
  });
}

for (const code of [1001, 1006, 1011, 1012, 1013, 4004]) {
  test(`it comes back after ${code}`, async () => {
    const desk = new Desk();
    await desk.join();
    desk.socket.lose(code);
    assert.equal(desk.client.phase.name, "waiting");
  });
}

for (const code of [1000, 1002, 1007, 1009, 4000, 4001, 4002, 4003, 4005, 4006]) {
  test(`it does not come back after ${code}`, async () => {
    const desk = new Desk();
    await desk.join();
    desk.socket.lose(code);
    assert.equal(desk.client.phase.name, "ended");
  });
}

test("who was replaced does not come back, though the close frame was lost", async () => {
  const desk = new Desk();
  await desk.join();
  desk.socket.say("error", { code: "replaced", message: "joined elsewhere" });
  desk.socket.lose(1006);
  assert.equal(desk.client.phase.name, "ended");
});

test("ten seconds of silence are a loss", async () => {
  const desk = new Desk();
  await desk.join();
  await desk.pass(9_000);
  await desk.show();
  await desk.pass(9_999);
  assert.equal(desk.client.phase.name, "joined");
  await desk.pass(1);
  assert.equal(desk.client.phase.name, "waiting");
});

test("a binary state that makes no sense is a loss", async () => {
  const desk = new Desk();
  await desk.join();
  desk.socket.onmessage({ data: new Uint8Array([255]).buffer });
  assert.equal(desk.client.phase.name, "waiting");
});

test("what is no message of the protocol is passed over", async () => {
  const desk = new Desk();
  await desk.join();
  for (const data of ["nonsense", "1", "null", '{"type":"later","data":{}}']) desk.socket.onmessage({ data });
  assert.equal(desk.client.phase.name, "joined");
});

// --- leaving ---

test("who leaves says no more, and leaves no timer behind", async () => {
  const desk = new Desk();
  await desk.join();
  desk.client.walk({ x: 1, z: 0 });
  desk.client.leave();
  assert.equal(desk.timers, 0);
  const { sent } = desk.socket;
  const count = sent.length;
  await desk.pass(60_000);
  assert.deepEqual([desk.client.phase.name, desk.client.phase.code], ["ended", 1000]);
  assert.deepEqual([sent.length, desk.timers, desk.sockets.length], [count, 0, 1]);
});

test("who joins again after leaving begins a new session, standing still", async () => {
  const desk = new Desk();
  await desk.join();
  desk.client.walk({ x: 1, z: 0 });
  desk.client.leave();
  await desk.join();
  assert.equal("resume" in desk.socket.sent[0], false);
  assert.deepEqual(desk.socket.all("input")[0].intent, { x: 0, z: 0 });
});

test("who leaves while it connects is not let in by what comes late", async () => {
  const desk = new Desk();
  desk.client.connect();
  desk.client.leave();
  await turn();
  assert.equal(desk.sockets.length, 0);
  assert.equal(desk.client.phase.name, "ended");
});

test("who leaves on hearing of the join has left", async () => {
  const desk = new Desk();
  desk.client.on("join", () => desk.client.leave());
  await desk.join();
  assert.equal(desk.client.phase.name, "ended");
});

// --- walking ---

test("a wish is sent at once, another one 50 ms later, and the same one each second", async () => {
  const desk = new Desk();
  await desk.join();
  await desk.pass(500);
  desk.client.walk({ x: 1, z: 0 });
  desk.client.walk({ x: 0, z: 1 });
  desk.client.walk({ x: 0, z: -1 });
  await desk.pass(49);
  assert.equal(desk.socket.all("input").length, 2);
  await desk.pass(1);
  assert.deepEqual(desk.socket.all("input").map(({ intent }) => intent).slice(1), [{ x: 1, z: 0 }, { x: 0, z: -1 }]);
  await desk.pass(1_000);
  assert.equal(desk.socket.all("input").length, 4);
});

test("numbers grow from what the server has applied, also after a resume", async () => {
  const desk = new Desk();
  await desk.join({ ack: 40 });
  await desk.pass(1_000);
  desk.socket.lose();
  await desk.pass(375);
  await desk.admit({ resumed: true, ack: 41 });
  assert.deepEqual(desk.sockets.map((socket) => socket.all("input").map(({ seq }) => seq)), [[41, 42], [43]]);
});

test("in a new session they begin anew", async () => {
  const desk = new Desk();
  await desk.join();
  await desk.pass(3_000);
  desk.socket.lose();
  await desk.pass(375);
  await desk.admit({ resumed: false });
  assert.equal(desk.socket.all("input")[0].seq, 1);
});

test("states keep it talking where timers are asleep", async () => {
  const desk = new Desk();
  await desk.join();
  desk.now += 5_000;
  await desk.show();
  assert.equal(desk.socket.all("input").length, 2);
});

test("what is no vector is refused", () => {
  const desk = new Desk();
  assert.throws(() => desk.client.walk({ x: NaN, z: 0 }), RangeError);
  assert.throws(() => desk.client.walk({ x: 1, z: Infinity }), RangeError);
});

test("the player shows its prediction, and what the server last said", async () => {
  const desk = new Desk();
  await desk.join();
  await desk.show();
  desk.client.walk({ x: 0, z: 1 });
  await desk.pass(300);
  const { pos, vel, facing, server, error, id } = desk.client.self;
  assert.ok(pos.z > 0.3 && pos.z < 1);
  assert.deepEqual([id, vel, facing, server.pos, error], ["ada", { x: 0, z: 3 }, Math.PI / 2, { x: 0, z: 0 }, 0]);
});

test("while the connection is away the player stands, as the server has it stand", async () => {
  const desk = new Desk();
  await desk.join();
  await desk.show();
  desk.client.walk({ x: 1, z: 0 });
  await desk.pass(300);
  desk.socket.lose();
  await desk.pass(300);
  const { pos, vel } = desk.client.self;
  await desk.pass(50);
  assert.ok(Math.abs(desk.client.self.pos.x - pos.x) < 0.02);
  assert.deepEqual(vel, { x: 0, z: 0 });
});

// --- commands ---

test("a command resolves with its answer, a refusal too", async () => {
  const desk = new Desk();
  await desk.join();
  const [one, two] = [desk.client.equip("cap-1", "head"), desk.client.unequip("feet")];
  assert.deepEqual(desk.socket.all("equip"), [{ type: "equip", seq: 1, instance_id: "cap-1", slot: "head" }]);
  assert.deepEqual(desk.socket.all("unequip"), [{ type: "unequip", seq: 2, slot: "feet", compartment: "backpack" }]);
  const refusal = result({ operation: "unequip", slot: "feet", success: false, code: "slot_empty", seq: 2 });
  desk.socket.say("equipment_result", refusal);
  desk.socket.say("equipment_result", result());
  assert.deepEqual(await two, { ...refusal, inferred: false });
  assert.equal((await one).success, true);
  assert.equal(desk.all("result").length, 2);
});

test("without a session a command is rejected", async () => {
  const desk = new Desk();
  await assert.rejects(desk.client.equip("cap-1", "head"), NotJoined);
  desk.client.connect();
  await assert.rejects(desk.client.unequip("head"), NotJoined);
});

test("more than 64 commands do not wait", async () => {
  const desk = new Desk();
  await desk.join();
  const waiting = Array.from({ length: 64 }, () => desk.client.equip("cap-1", "head"));
  await assert.rejects(desk.client.equip("cap-1", "head"), TooManyCommands);
  desk.client.leave();
  await Promise.allSettled(waiting);
});

/** A client that gave `command` and lost its connection before the answer came, and is in the same session again. */
async function interrupted(command, ack = {}) {
  const desk = new Desk();
  await desk.join();
  const answer = command(desk.client);
  answer.catch(() => {}); // who asked for it looks at it later
  desk.socket.lose();
  await desk.pass(375);
  await desk.admit({ resumed: true, ack: 1, ...ack });
  return { desk, answer };
}

const equipCap = (client) => client.equip("cap-1", "head");
const WORN = { inventory: inventory(), equipment: equipment({ head: "cap-1" }) };

test("after a resume a command is sent again under its number, before any input", async () => {
  const { desk, answer } = await interrupted(equipCap);
  assert.deepEqual(desk.socket.sent.map(({ type, seq }) => [type, seq]).slice(1), [["equip", 1], ["input", 2]]);
  desk.socket.say("equipment_result", result());
  assert.equal((await answer).inferred, false);
});

test("a command without an answer whose effect does not show was refused", async () => {
  const { desk, answer } = await interrupted(equipCap);
  await desk.show({ ack: 1 });
  assert.equal(desk.all("result").length, 0);
  await desk.show({ ack: 2 });
  const { success, code, inferred, seq, operation, slot } = await answer;
  assert.deepEqual([success, code, inferred, seq, operation, slot], [false, "unanswered", true, 1, "equip", "head"]);
});

test("one whose effect shows has three seconds for its answer, which still counts", async () => {
  const { desk, answer } = await interrupted(equipCap, WORN);
  await desk.show({ ack: 2 });
  await desk.pass(2_900);
  desk.socket.say("equipment_result", result());
  assert.equal((await answer).inferred, false);
});

test("and is a success without it", async () => {
  const { desk, answer } = await interrupted(equipCap);
  await desk.show({ ack: 2, ...WORN });
  await desk.pass(2_900);
  await desk.show({ ack: 2, tick: 104 });
  assert.equal(desk.all("result").length, 0);
  await desk.pass(101);
  await desk.show({ ack: 2, tick: 106 });
  const { success, code, inferred } = await answer;
  assert.deepEqual([success, code, inferred], [true, "success", true]);
});

test("an answer that comes after all that is passed over", async () => {
  const { desk, answer } = await interrupted(equipCap);
  await desk.show({ ack: 2 });
  await answer;
  desk.socket.say("equipment_result", result());
  assert.equal(desk.all("result").length, 1);
});

test("an unequip shows when what was worn is in the compartment", async () => {
  const worn = { inventory: inventory(), equipment: equipment({ head: "cap-1" }) };
  for (const [shown, success] of [
    [{ inventory: inventory(["cap-1", "belt"]), equipment: equipment() }, true],
    [{ inventory: inventory(["cap-1", "backpack"]), equipment: equipment() }, false],
    [worn, false],
  ]) {
    const desk = new Desk();
    await desk.join(worn);
    const answer = desk.client.unequip("head", "belt");
    desk.socket.lose();
    await desk.pass(375);
    await desk.admit({ resumed: true, ack: 1, ...shown });
    await desk.show({ ack: 2 });
    await desk.pass(3_001);
    await desk.show({ ack: 2, tick: 104 });
    assert.equal((await answer).success, success);
  }
});

test("an unequip knows what an equip before it, unanswered too, has put on", async () => {
  const both = (client) => Promise.all([client.equip("cap-1", "head"), client.unequip("head", "belt")]);
  const { desk, answer } = await interrupted(both, { inventory: inventory(["cap-1", "belt"]) });
  await desk.show({ ack: 2 });
  await desk.pass(3_001);
  await desk.show({ ack: 2, tick: 104 });
  const [equipped, unequipped] = await answer;
  assert.deepEqual([equipped.success, unequipped.success], [false, true]);
});

test("a command given while the connection is away is sent when it is back", async () => {
  const desk = new Desk();
  await desk.join();
  desk.socket.lose();
  const answer = desk.client.equip("cap-1", "head");
  await desk.pass(375);
  await desk.admit({ resumed: true });
  assert.equal(desk.socket.all("equip").length, 1);
  desk.socket.say("equipment_result", result());
  assert.equal((await answer).success, true);
});

test("a command given after a resume is not judged by what was sent before it", async () => {
  const { desk, answer } = await interrupted(equipCap);
  const later = desk.client.equip("cap-2", "feet");
  await desk.show({ ack: 2 });
  assert.deepEqual(desk.all("result").map(({ seq }) => seq), [1]);
  desk.socket.say("equipment_result", result({ seq: 2 }));
  assert.deepEqual([(await answer).inferred, (await later).inferred], [true, false]);
});

test("a second loss before the fence begins it all again", async () => {
  const { desk, answer } = await interrupted(equipCap);
  desk.socket.lose();
  await desk.pass(10_000);
  await desk.admit({ resumed: true, ack: 2 });
  assert.deepEqual(desk.socket.sent.map(({ type, seq }) => [type, seq]).slice(1), [["equip", 1], ["input", 3]]);
  await desk.show({ ack: 3 });
  assert.equal((await answer).code, "unanswered");
});

test("in a new session commands are given up, and numbers begin anew", async () => {
  const { desk, answer } = await interrupted(equipCap, { resumed: false, ack: 0 });
  await assert.rejects(answer, (error) => error instanceof SessionLost && error.reason === "new_session");
  assert.equal(desk.socket.all("equip").length, 0);
  desk.client.equip("cap-1", "head").catch(() => {});
  assert.equal(desk.socket.all("equip")[0].seq, 1);
});

for (const [reason, end] of [
  ["left", (desk) => desk.client.leave()],
  ["ended", (desk) => desk.socket.lose(4006)],
]) {
  test(`commands are given up when the session is over (${reason})`, async () => {
    const desk = new Desk();
    await desk.join();
    const answer = desk.client.equip("cap-1", "head");
    end(desk);
    await assert.rejects(answer, (error) => error instanceof SessionLost && error.reason === reason);
    await assert.rejects(desk.client.equip("cap-1", "head"), NotJoined);
  });
}

// --- across a reload of the page ---

test("a page that is loaded again takes up the session and its commands", async () => {
  const resume = paperStorage();
  const before = new Desk({ resume });
  await before.join();
  before.client.equip("cap-1", "head");
  const after = new Desk({ resume });
  after.client.connect();
  await turn();
  after.socket.open();
  assert.equal(after.socket.sent[0].resume, "token-1");
  await after.admit({ resumed: true, ack: 1, resumeToken: "token-2" });
  assert.equal(after.socket.all("equip")[0].seq, 1);
  after.socket.say("equipment_result", result());
  assert.equal(after.all("result")[0].success, true);
  after.client.equip("cap-1", "feet");
  assert.equal(after.socket.all("equip")[1].seq, 2);
});

test("the login token is not kept, and nothing after leaving", async () => {
  const resume = paperStorage();
  const desk = new Desk({ resume });
  await desk.join();
  assert.equal([...resume.kept.values()].join().includes("dev:ada"), false);
  assert.equal(resume.kept.size, 1);
  desk.client.leave();
  assert.equal(resume.kept.size, 0);
});

test("a session that the server has ended is not kept", async () => {
  const resume = paperStorage();
  const desk = new Desk({ resume });
  await desk.join();
  desk.socket.lose(4006);
  assert.equal(resume.kept.size, 0);
});

test("one that was out of reach for too long is kept, without the commands that were given up", async () => {
  const resume = paperStorage();
  const desk = new Desk({ resume });
  await desk.join();
  const answer = desk.client.equip("cap-1", "head");
  answer.catch(() => {});
  for (desk.socket.lose(); desk.client.phase.name === "waiting"; desk.socket.lose()) await desk.pass(10_000);
  const { token, journal } = JSON.parse([...resume.kept.values()][0]);
  assert.deepEqual([token, journal], ["token-1", { seq: 1, waiting: [] }]);
  await assert.rejects(answer, SessionLost);
});

test("who was replaced leaves the session that another tab keeps alone", async () => {
  const resume = paperStorage();
  const [one, other] = [new Desk({ resume }), new Desk({ resume })];
  await one.join();
  await other.join({ resumed: true, resumeToken: "token-2" });
  one.socket.lose(4003);
  assert.equal(resume.kept.size, 1);
});

test("a storage that fails, or holds nonsense, costs the resume only", async () => {
  const refuse = () => {
    throw new Error("denied");
  };
  for (const resume of [
    { getItem: refuse, setItem: refuse, removeItem: refuse },
    { getItem: () => "{", setItem: () => {}, removeItem: () => {} },
    { getItem: () => '{"token":1}', setItem: () => {}, removeItem: () => {} },
  ]) {
    const desk = new Desk({ resume });
    await desk.join();
    assert.equal(desk.client.phase.name, "joined");
    desk.client.leave();
  }
});

// --- what is known ---

test("belongings are told when they change, and cooldowns run down by themselves", async () => {
  const desk = new Desk();
  await desk.join();
  await desk.show({ equipment: equipment({ head: "cap-1" }, 2) });
  await desk.show({ tick: 104 });
  assert.equal(desk.all("belongings").length, 2);
  await desk.pass(500);
  assert.equal(desk.client.cooldown("head"), 1.5);
  await desk.show({ tick: 106, equipment: equipment() });
  assert.equal(desk.client.cooldown("head"), 1.5);
  await desk.pass(1_600);
  assert.equal(desk.client.cooldown("head"), 0);
  assert.equal(desk.client.cooldown("feet"), 0);
});

test("the cooldown of a slot that was emptied goes on after a resume, but is not another player's", async () => {
  const desk = new Desk();
  await desk.join();
  await desk.show({ equipment: equipment({ head: "cap-1" }, 2) });
  await desk.show({ tick: 104, equipment: equipment() });
  for (const [playerID, cooldown] of [
    ["ada", 1.625],
    ["bob", 0],
  ]) {
    desk.socket.lose();
    desk.client.connect();
    if (playerID === "ada") await desk.pass(375);
    await desk.admit({ playerID, resumed: true });
    assert.equal(desk.client.cooldown("head"), cooldown);
  }
});

test("encumbrance comes with the inventory", async () => {
  const desk = new Desk();
  await desk.join();
  const heavy = inventory(["anvil"]);
  heavy.encumbrance = { ...heavy.encumbrance, movement_penalty: 0.5 };
  await desk.show({ inventory: heavy });
  assert.equal(desk.client.encumbrance.movement_penalty, 0.5);
});

test("a handover changes the cell, and is told", async () => {
  const desk = new Desk();
  await desk.join();
  desk.socket.say("handover", { from: { cx: 0, cz: 0 }, to: { cx: 1, cz: 0 } });
  assert.deepEqual(desk.client.cell, { cx: 1, cz: 0 });
  assert.equal(desk.all("handover").length, 1);
});

test("the figures say how it goes", async () => {
  const desk = new Desk();
  await desk.join();
  desk.socket.say("telemetry", { tick_rate: 19.9, rtt_ms: 42 });
  const other = { id: "bot-1", kind: "bot", name: "bot-1", pos: { x: 1, z: 1 }, vel: { x: 0, z: 0 } };
  for (let tick = 102; tick <= 142; tick += 2) {
    await desk.show({ tick, entities: [other] });
    await desk.pass(100);
  }
  const stats = desk.client.stats;
  assert.deepEqual([stats.rtt, stats.tickRate, stats.inSight, stats.resumed], [42, 19.9, 1, 0]);
  assert.ok(Math.abs(stats.snapshotRate - 10) <= 0.5);
  assert.ok(stats.bytesIn > 1_000 && stats.bytesOut > 10);
  assert.ok(stats.interpolationDelay > 90 && stats.interpolationDelay < 130);
  assert.ok(Math.abs(stats.clockOffset + 102 * 50) < 1e-6);
  assert.equal(desk.client.entities()[0].id, "bot-1");
});

test("before the first join nothing is known, and nothing fails", () => {
  const { client } = new Desk();
  assert.deepEqual([client.self, client.playerId, client.inventory, client.entities()], [null, null, null, []]);
  assert.deepEqual([client.phase.name, client.stats.clockOffset, client.stats.inSight], ["idle", null, 0]);
  assert.equal(client.cooldown("head"), 0);
});

test("a listener that throws disturbs no other, and one that left hears nothing", async (t) => {
  const uncaught = [];
  const take = (error) => uncaught.push(error.message);
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", take);
  t.after(() => {
    process.removeListener("uncaughtException", take);
    for (const other of others) process.on("uncaughtException", other);
  });
  const desk = new Desk();
  desk.client.on("join", () => {
    throw new Error("mine");
  });
  const heard = [];
  const off = desk.client.on("join", () => heard.push(1));
  await desk.join();
  off();
  desk.socket.lose();
  await desk.pass(375);
  await desk.admit({ resumed: true });
  assert.deepEqual([heard.length, uncaught], [1, ["mine", "mine"]]);
});

test("there is no listening to what is never told", () => {
  assert.throws(() => new Desk().client.on("nothing", () => {}), RangeError);
});
