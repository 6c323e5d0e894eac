// A network on paper: when what is sent at a time comes, if it comes.  As on a WebSocket nothing overtakes.

/** `delay`, `jitter` in ms; `loss` is the share that never comes.  Tells when (ms) each thing comes, null for never. */
export function network({ delay, jitter = 0, loss = 0 }, chance) {
  let last = -Infinity;
  return (sentAt) => {
    const isLost = chance() < loss;
    const arrival = sentAt + delay + jitter * chance();
    if (isLost) return null;
    last = Math.max(last, arrival);
    return last;
  };
}
