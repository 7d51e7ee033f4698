import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.grading.process.frames import LENGTHS, BadFrame, Channel, Closed, TimedOut, pack, unpack

LARGEST = 1 << 16
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


class Pipe:
    """One direction of a connection: what is written to ``writes`` comes to the channel."""

    def __init__(self) -> None:
        reads, self.writes = os.pipe()
        self.far, writes = os.pipe()
        self.channel = Channel(reads, writes, LARGEST)
        self.open = [reads, self.writes, self.far, writes]

    def end(self) -> None:
        self.open.remove(self.writes)
        os.close(self.writes)

    def close(self) -> None:
        for descriptor in self.open:
            os.close(descriptor)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    made.close()


@given(st.dictionaries(st.text(), plain), st.binary(max_size=1000))
def test_a_frame_arrives_as_it_was_sent(head: dict[str, object], body: bytes) -> None:
    frame = pack(head, body)
    text_size, body_size = LENGTHS.unpack(frame[: LENGTHS.size])
    rest = frame[LENGTHS.size :]
    assert len(rest) == text_size + body_size
    assert unpack(rest[:text_size], rest[text_size:]) == (head, body)


@given(st.binary(max_size=300))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_give_a_frame_or_one_of_three_errors(data: bytes) -> None:
    pipe = Pipe()
    try:
        os.write(pipe.writes, data)
        pipe.end()
        head, body = pipe.channel.receive(1)
    except (BadFrame, Closed, TimedOut):
        return
    finally:
        pipe.close()
    assert isinstance(head, dict)
    assert len(body) < len(data)


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_any_header_gives_a_dictionary_or_bad_frame(text: bytes, body: bytes) -> None:
    try:
        head, _ = unpack(text, body)
    except BadFrame:
        return
    assert isinstance(head, dict)


@pytest.mark.parametrize("bomb", [b"[" * 100_000, b'{"a":' * 50_000, b"1" * 100_000])
def test_bombs_are_bad_frames(bomb: bytes) -> None:
    with pytest.raises(BadFrame):
        unpack(bomb, b"")


def test_a_large_frame_is_refused_by_its_length_alone(pipe: Pipe) -> None:
    os.write(pipe.writes, LENGTHS.pack(10, LARGEST))
    with pytest.raises(BadFrame, match="at most"):
        pipe.channel.receive(1)


def test_half_a_frame_is_awaited_no_longer_than_asked(pipe: Pipe) -> None:
    os.write(pipe.writes, pack({"a": 1})[:-1])
    with pytest.raises(TimedOut):
        pipe.channel.receive(0.01)


def test_who_does_not_read_is_awaited_no_longer_than_asked(pipe: Pipe) -> None:
    with pytest.raises(TimedOut):
        pipe.channel.send({}, bytes(1 << 22), 0.01)


def test_the_end_of_the_other_side_is_seen(pipe: Pipe) -> None:
    os.write(pipe.writes, pack({"a": 1})[:-1])
    pipe.end()
    with pytest.raises(Closed):
        pipe.channel.receive(1)
