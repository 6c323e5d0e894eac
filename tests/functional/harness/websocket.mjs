// A WebSocket for node, which before version 22 has none: whole frames only, as the daemon sends them.
//
// It can be made to fail as networks do: `deafen` loses all that comes, `cut` ends the connection without a word.

import { randomBytes } from "node:crypto";
import { connect } from "node:net";

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

const LOST = 1006;

export class WebSocket {
  #transport;
  #unread = Buffer.alloc(0);
  #isDeaf = false;
  #isOver = false;
  readyState = 0;
  protocol = "";

  constructor(url, protocols) {
    const { hostname, port, pathname } = new URL(url);
    this.#transport = connect(Number(port), hostname);
    this.#transport.on("data", (bytes) => this.#read(bytes));
    this.#transport.on("error", () => {});
    this.#transport.on("close", () => this.#over(LOST));
    const lines = [
      `GET ${pathname} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      `Sec-WebSocket-Protocol: ${protocols.join(", ")}`,
    ];
    this.#transport.write(`${lines.join("\r\n")}\r\n\r\n`);
  }

  send(text) {
    this.#write(TEXT, Buffer.from(text));
  }

  close(code = 1000) {
    if (this.readyState === 1) this.#write(CLOSE, Buffer.from([code >> 8, code & 0xff]));
    this.readyState = 3;
    this.#transport.end();
  }

  deafen() {
    this.#isDeaf = true;
  }

  cut() {
    this.#transport.destroy();
  }

  /** The mask is all zeros: it protects proxies, and there is none. */
  #write(opcode, payload) {
    const long = payload.length > 125;
    const head = Buffer.from([0x80 | opcode, 0x80 | (long ? 126 : payload.length)]);
    const size = long ? Buffer.from([payload.length >> 8, payload.length & 0xff]) : Buffer.alloc(0);
    this.#transport.write(Buffer.concat([head, size, Buffer.alloc(4), payload]));
  }

  #read(bytes) {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    if (this.readyState === 0) this.#readAnswer();
    while (this.readyState === 1 && this.#readFrame());
  }

  #readAnswer() {
    const end = this.#unread.indexOf("\r\n\r\n");
    if (end < 0) return;
    const answer = this.#unread.subarray(0, end).toString();
    this.#unread = this.#unread.subarray(end + 4);
    if (!answer.startsWith("HTTP/1.1 101")) throw new Error(answer);
    this.protocol = /^sec-websocket-protocol: *(\S+)/im.exec(answer)?.[1] ?? "";
    this.readyState = 1;
    this.onopen?.({});
  }

  /** Takes one whole frame and returns whether there was one. */
  #readFrame() {
    const [bytes, short] = [this.#unread, this.#unread[1]];
    const start = { 126: 4, 127: 10 }[short] ?? 2;
    if (bytes.length < start) return false;
    const size = { 126: () => bytes.readUInt16BE(2), 127: () => Number(bytes.readBigUInt64BE(2)) }[short]?.() ?? short;
    if (bytes.length < start + size) return false;
    this.#unread = bytes.subarray(start + size);
    this.#take(bytes[0] & 0x0f, bytes.subarray(start, start + size));
    return true;
  }

  #take(opcode, payload) {
    if (this.#isDeaf) return;
    if (opcode === PING) this.#write(PONG, payload);
    else if (opcode === TEXT) this.onmessage?.({ data: payload.toString() });
    else if (opcode === BINARY) this.onmessage?.({ data: Uint8Array.from(payload).buffer });
    else if (opcode === CLOSE) this.#over(payload.readUInt16BE(0));
  }

  #over(code) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.readyState = 3;
    this.#transport.end();
    this.onclose?.({ code });
  }
}
