// For tests and the curious: `window.mmod.state` is a copy of all that the page knows.

import { theme } from "./hud/theme.js";
import { phaseWords } from "./words.js";

const NOWHERE = Object.freeze({ x: 0, z: 0 });

/** Offers `window.mmod` of the parts of the page. */
export function publish({ client, view, pulse, last, pointer }) {
  const link = () => {
    const { name, attempt = 0, resumed = false, code = null } = client.phase;
    return { connection: name, words: phaseWords(client.phase), attempt, resumed, closeCode: code };
  };
  const place = () => {
    const { server, pos, facing } = client.self ?? { server: { pos: NOWHERE, vel: NOWHERE }, pos: NOWHERE, facing: 0 };
    const { x, z } = view.camera.pointAt(0, 0);
    return {
      position: server.pos,
      velocity: server.vel,
      predicted: pos,
      facing,
      target: pointer.target,
      camera: { scale: view.camera.scale, ratio: view.camera.ratio, x, z },
      isPainted: view.isPainted,
    };
  };
  const owned = () => {
    const { playerId, cell, config, inventory, equipment, skills, encumbrance } = client;
    return { playerId, cell, config, inventory, equipment, skills: skills ?? {}, encumbrance };
  };
  const state = () => {
    const entities = client.entities();
    const measured = { stats: client.stats, frameRate: pulse.frameRate, theme: theme(), intent: client.intent };
    const said = { telemetry: last.telemetry, handover: last.handover, error: last.error, result: last.result };
    return structuredClone({
      ...link(),
      ...place(),
      ...owned(),
      entities,
      entityCount: entities.length,
      ...measured,
      ...said,
    });
  };
  window.mmod = Object.freeze({
    get state() {
      return state();
    },
  });
}
