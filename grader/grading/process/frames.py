"""Frames: how the two sides talk over a pipe. A JSON header and a body of bytes, lengths first.

Both sides use it. The trusted side takes every byte it receives as possibly forged: lengths are
bounded before anything is read, nothing is unpickled, and all that can go wrong is
:class:`BadFrame`, :class:`Closed` or :class:`TimedOut`.
"""

from __future__ import annotations

import json
import os
import select
import struct
import time
from typing import Any

LENGTHS = struct.Struct(">II")
CHUNK = 1 << 20
LARGEST_HEAD = 16 << 20
MOST_PARTS = 1_000_000  # a megabyte of "[[],[],…" would take a hundred times its size


class BadFrame(Exception):
    """What came over the pipe is not a frame, or a larger one than allowed."""


class Closed(Exception):
    """The other side is gone."""


class TimedOut(Exception):
    """Nothing complete came in time."""


def pack(head: dict[str, Any], body: bytes = b"") -> bytes:
    """The frame as bytes."""
    text = json.dumps(head).encode()
    return LENGTHS.pack(len(text), len(body)) + text + body


def unpack(text: bytes, body: bytes) -> tuple[dict[str, Any], bytes]:
    """Header and body out of their bytes; anything but a JSON object is a BadFrame."""
    if len(text) > LARGEST_HEAD or sum(map(text.count, (b"[", b"{", b","))) > MOST_PARTS:
        raise BadFrame("the header has too many parts")
    try:
        head = json.loads(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadFrame(f"the header is not JSON ({type(error).__name__})") from None
    if not isinstance(head, dict):
        raise BadFrame("the header is not a JSON object")
    return head, body


class Channel:
    """Frames over two file descriptors, each call with a time limit.

    Parameters
    ----------
    reads, writes : file descriptors; made non-blocking, so that another side that neither
        writes nor reads costs no more than the time limit
    largest : most bytes that an incoming frame may have
    """

    def __init__(self, reads: int, writes: int, largest: int) -> None:
        self.reads, self.writes, self.largest = reads, writes, largest
        os.set_blocking(reads, False)
        os.set_blocking(writes, False)

    def send(self, head: dict[str, Any], body: bytes = b"", seconds: float | None = None) -> None:
        deadline = _deadline(seconds)
        view = memoryview(pack(head, body))
        while view:
            _wait(self.writes, select.POLLOUT, deadline)
            try:
                view = view[os.write(self.writes, view[:CHUNK]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise Closed(f"cannot write: {error.strerror}") from None

    def receive(self, seconds: float | None = None) -> tuple[dict[str, Any], bytes]:
        deadline = _deadline(seconds)
        text_size, body_size = LENGTHS.unpack(self._exactly(LENGTHS.size, deadline))
        if text_size + body_size > self.largest or text_size > LARGEST_HEAD:
            raise BadFrame(f"a frame of {text_size + body_size:,} bytes; {self.largest:,} at most")
        text = self._exactly(text_size, deadline)
        return unpack(text, self._exactly(body_size, deadline))

    def _exactly(self, size: int, deadline: float | None) -> bytes:
        data = bytearray()
        while len(data) < size:
            _wait(self.reads, select.POLLIN, deadline)
            try:
                part = os.read(self.reads, min(CHUNK, size - len(data)))
            except BlockingIOError:
                continue
            except OSError as error:
                raise Closed(f"cannot read: {error.strerror}") from None
            if not part:
                raise Closed("the other side closed the pipe")
            data += part
        return bytes(data)


def _deadline(seconds: float | None) -> float | None:
    return None if seconds is None else time.monotonic() + seconds


def _wait(descriptor: int, event: int, deadline: float | None) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    left = None if deadline is None else max(0.0, deadline - time.monotonic())
    if not poll.poll(None if left is None else 1000 * left):
        raise TimedOut
