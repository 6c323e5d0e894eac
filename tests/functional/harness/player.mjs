// One player with the JavaScript client, ordered about line by line: `{"call": name, "with": [...]}` on standard input
// is answered by `{"value": ...}` on standard output, in order.  Arguments: the socket's URL, the token.

import { argv, stdin, stdout } from "node:process";
import { createInterface } from "node:readline";

import { Client } from "../../../mmod/web/client/mmod.js";
import { WebSocket } from "./websocket.mjs";

const [, , url, token] = argv;
let socket = null;
const answers = [];

/** Where the daemon is; one that was started again has another port. */
let address = url;

class Watched extends WebSocket {
  constructor(_, protocols) {
    super(address, protocols);
    socket = this;
  }
}

const client = new Client({ url, token, platform: { WebSocket: Watched } });
client.on("result", (result) => answers.push(result));

const CALLS = {
  connect: () => client.connect(),
  leave: () => client.leave(),
  walk: (x, z) => client.walk({ x, z }),
  equip: (instanceId, slot) => void client.equip(instanceId, slot).catch(() => {}),
  unequip: (slot) => void client.unequip(slot).catch(() => {}),
  redirect: (to) => void (address = to),
  deafen: () => socket.deafen(),
  cut: () => socket.cut(),
  look: () => ({
    phase: client.phase,
    self: client.self,
    entities: client.entities(),
    worn: client.equipment?.slots,
    items: client.inventory?.items,
    stats: client.stats,
    answers,
  }),
};

for await (const line of createInterface({ input: stdin })) {
  const { call, with: given } = JSON.parse(line);
  stdout.write(`${JSON.stringify({ value: CALLS[call](...given) ?? null })}\n`);
}
client.leave();
