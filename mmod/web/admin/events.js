// Server-sent events out of a response.  (EventSource cannot send a token as a header.)

/** One block of the stream as {event, data}; comments and other fields are left out. */
function parsed(block) {
  const found = { event: "message", data: "" };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(": ");
    if (colon > 0) found[line.slice(0, colon)] = line.slice(colon + 2);
  }
  return found;
}

/** Reads {event, data} one after the other from a stream of bytes, until it ends. */
export async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    yield* blocks.map(parsed).filter(({ data }) => data !== "");
  }
}
