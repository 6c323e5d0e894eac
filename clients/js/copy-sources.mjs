// Copies the sources to where the package has them: `node copy-sources.mjs lib`, which `npm pack` does by itself.
//
// They exist once, in mmod/web/client, from where the daemon serves them; git does not know the copy.

import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";

const SOURCES = new URL("../../mmod/web/client/", import.meta.url);

/** Files of the package; the `package.json` beside them only tells node that they are modules. */
const WANTED = /\.(js|d\.ts)$/;

if (argv.length !== 3) {
  console.error("usage: node copy-sources.mjs TARGET");
  exit(2);
}
const [, , target] = argv;
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const name of readdirSync(SOURCES).filter((name) => WANTED.test(name))) {
  cpSync(fileURLToPath(new URL(name, SOURCES)), `${target}/${name}`);
}
