"""What the kernel alone takes for it: a bare `socket.send` of as many bytes to as many sockets at the same rate.

    taskset -c 0 python -m bench.floor --clients 1000 --bytes 6000 --sink-core 1

prints the microseconds of CPU, user and system, that one send takes.  Nothing is encoded, framed or read; a second
process on another core takes the bytes.
"""

from __future__ import annotations

import os
import resource
import select
import socket
import time
from argparse import ArgumentParser
from multiprocessing import Process
from multiprocessing.connection import Connection, Pipe

#: Bytes a reader takes at once: more than waits for it.
READ = 1 << 18


def sink(listener: socket.socket, core: int, done: Connection) -> None:
    """Accept and read everything until told to stop."""
    os.sched_setaffinity(0, {core})
    poll, peers, space = select.epoll(), {}, bytearray(READ)
    for watched in (listener.fileno(), done.fileno()):
        poll.register(watched, select.EPOLLIN)
    while True:
        for number, _ in poll.poll():
            if number == done.fileno():
                return
            if number == listener.fileno():
                peer, _ = listener.accept()
                peers[peer.fileno()] = peer
                poll.register(peer.fileno(), select.EPOLLIN)
            elif not peers[number].recv_into(space):
                poll.unregister(number)


def sockets(address: tuple[str, int], count: int) -> list[socket.socket]:
    """Connect so many times, as the daemon's sockets are set."""
    opened = []
    for _ in range(count):
        each = socket.create_connection(address)
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        each.setblocking(False)
        opened.append(each)
    return opened


def cost(targets: list[socket.socket], payload: bytes, rate: float, seconds: float) -> float:
    """Return the CPU seconds of one send, when each socket is sent the payload `rate` times a second, all together."""
    rounds = max(1, round(seconds * rate))
    began, cpu = time.monotonic(), time.process_time()
    for number in range(rounds):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        for target in targets:
            target.send(payload)
    return (time.process_time() - cpu) / (rounds * len(targets))


def main() -> None:
    """Print the figure."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--bytes", type=int, default=6000)
    parser.add_argument("--rate", type=float, default=10.0)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--sink-core", type=int, default=1)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        stop, done = Pipe()
        reader = Process(target=sink, args=(listener, options.sink_core, done))
        reader.start()
        targets = sockets(listener.getsockname(), options.clients)
        print(cost(targets, b"x" * options.bytes, options.rate, options.seconds) * 1e6)  # noqa: T201
        stop.send(None)
        reader.join()


if __name__ == "__main__":
    main()
