"""The load: a process of its own that keeps connections open, sends prebuilt requests and reads whole answers.

Run as `python -m tests.benchmarks.client`: one job as JSON a line on stdin, one result a line on stdout. It waits on
epoll and parses nothing but the length, so that it is never what is measured; it reports its own share of a core.
"""

from __future__ import annotations

import select
import socket
import sys
import time
from collections.abc import Iterable

import orjson

_LENGTH = b"content-length:"


class _Connection:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._parts: list[bytes] = []
        self._missing = 0

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self._missing = -1
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Read what is there; whether the answer is whole. Raises RuntimeError for an answer that is not 200."""
        block = self.socket.recv(1 << 20)
        if not block:
            raise RuntimeError("the server closed a connection")
        if self._missing < 0:
            self._parts.append(block)
            whole = block if len(self._parts) == 1 else b"".join(self._parts)
            end = whole.find(b"\r\n\r\n")
            if end < 0:
                return False
            self._parts.clear()
            head = whole[:end].lower()
            if not head.startswith(b"http/1.1 200"):
                raise RuntimeError(f"the server answered {whole[:400]!r}")
            start = head.index(_LENGTH) + len(_LENGTH)
            stop = head.find(b"\r\n", start)
            self._missing = int(head[start : stop if stop >= 0 else end]) - (len(whole) - end - 4)
        else:
            self._missing -= len(block)
        return self._missing <= 0


def load(port: int, requests: list[bytes], connections: int, seconds: float) -> dict[str, float | list[float]]:
    """Send for so many seconds; requests a second, the share of a core that this took, and each answer's seconds."""
    poll, open_ = select.epoll(), {}
    for _ in range(connections):
        connection = _Connection(port)
        open_[connection.socket.fileno()] = connection
        poll.register(connection.socket, select.EPOLLIN)
    took: list[float] = []
    turn, cpu, start = 0, time.process_time(), time.perf_counter()
    until = start + seconds
    for connection in open_.values():
        connection.send(requests[turn % len(requests)])
        turn += 1
    under_way = len(open_)
    while under_way:
        for number, _ in poll.poll():
            connection = open_[number]
            if not connection.receive():
                continue
            now = time.perf_counter()
            took.append(now - connection.sent_at)
            if now < until:
                connection.send(requests[turn % len(requests)])
                turn += 1
            else:
                under_way -= 1
                poll.unregister(number)  # a server may close it while slower answers are still under way
    elapsed, cpu = time.perf_counter() - start, time.process_time() - cpu
    for connection in open_.values():
        connection.socket.close()
    return {"rate": len(took) / elapsed, "busy": cpu / elapsed, "took": took}


def request(path: str, body: bytes, headers: Iterable[str] = ()) -> bytes:
    """The bytes of one POST."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def _serve() -> None:
    for line in sys.stdin.buffer:
        job = orjson.loads(line)
        requests = [request(job["path"], body.encode(), job["headers"]) for body in job["bodies"]]
        found = load(job["port"], requests, job["connections"], job["seconds"])
        sys.stdout.buffer.write(orjson.dumps(found) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve()
