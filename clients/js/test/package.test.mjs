// What is packed can be imported by its name, and offers what its types say.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import * as client from "../../../mmod/web/client/mmod.js";

const PACKAGE = fileURLToPath(new URL("../", import.meta.url));
const SOURCES = fileURLToPath(new URL("../../../mmod/web/client/", import.meta.url));
const types = readFileSync(join(SOURCES, "mmod.d.ts"), "utf-8");

let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "mmod-client-"));
  const installed = join(folder, "node_modules", "mmod-client");
  mkdirSync(installed, { recursive: true });
  copyFileSync(join(PACKAGE, "package.json"), join(installed, "package.json"));
  execFileSync("node", [join(PACKAGE, "copy-sources.mjs"), join(installed, "lib")]);
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("the package can be imported by its name", async () => {
  writeFileSync(join(folder, "use.mjs"), 'export * from "mmod-client";');
  const used = await import(pathToFileURL(join(folder, "use.mjs")));
  assert.deepEqual(Object.keys(used).sort(), Object.keys(client).sort());
});

test("it holds every source and its types", () => {
  const packed = readdirSync(join(folder, "node_modules", "mmod-client", "lib")).sort();
  assert.deepEqual(packed, readdirSync(SOURCES).filter((name) => name !== "package.json").sort());
});

test("what is exported has types, and what has types is exported", () => {
  const declared = [...types.matchAll(/^export (?:class|const|function) (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(declared.sort(), Object.keys(client).sort());
});

test("the client has every member its types promise, and no other", () => {
  const [, body] = types.match(/^export class Client \{\n([\s\S]*?)^\}/m);
  const promised = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[<(:]/gm)].map(([, name]) => name);
  assert.deepEqual(promised.sort(), Object.getOwnPropertyNames(client.Client.prototype).sort());
});
