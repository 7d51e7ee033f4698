"""Random inputs at each door of the trusted side: a result or a refusal, never anything else.

How many of each: tests/sizes.py. The inputs are always the same.
"""

import contextlib
import json
import os
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.checking.contract.registry import find
from grader.checking.contract.wire import NotPlain, from_bytes, to_bytes
from grader.checking.judging.apply import Outcome
from grader.checking.judging.judge import make_cases, outcomes_of, verdict
from grader.grading.process.frames import LENGTHS, BadFrame, Channel, Closed, TimedOut, pack
from grader.grading.submission.handed_in import NoNotebook
from grader.grading.submission.page_budget import PageBudget
from grader.grading.submission.read import parse_notebook
from grader.grading.submission.restore import restore_cells
from grader.grading.submission.sanitize import clean_outputs
from tests.hostile.course import of_this_course
from tests.hostile.course import to_bytes as notebook_bytes
from tests.reports import html_of, text_of
from tests.sizes import FUZZ

pytestmark = pytest.mark.slow
fuzz = settings(
    max_examples=FUZZ,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# Bytes that mean something to one of the decoders.
TOKENS = [b"[", b"{", b"}", b'"', b",", b":", b"\\ud800", b"NaN", b"1e999", b"-1", b"\0", b"\xff"]
TOKENS += [b"null", b'"cells"', b'"array"', b'"<f8"', b'"int"', b'"0x' + b"f" * 2000 + b'"', b"[]"]


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """``whole`` with some places overwritten, cut out, repeated, or with tokens put in."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.integers(0, 3)):
            case 0:
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=4))
            case 1:
                del data[at : at + draw(st.integers(1, 50))]
            case 2:
                data[at:at] = draw(st.sampled_from(TOKENS))
            case 3:
                data[at:at] = data[at : at + draw(st.integers(1, 200))]
    return bytes(data)


def received(data: bytes) -> tuple[dict[str, Any], bytes]:
    reads, writes = os.pipe()
    away = os.open(os.devnull, os.O_WRONLY)
    try:
        os.write(writes, data)
        os.close(writes)
        return Channel(reads, away, 1 << 16).receive(1)
    finally:
        os.close(reads)
        os.close(away)


FRAME = pack({"outputs": [{"output_type": "stream", "text": "x"}], "success": True}, b"body" * 20)


@given(damaged(FRAME) | st.binary(max_size=200))
@fuzz
def test_frames(data: bytes) -> None:
    try:
        head, body = received(data)
    except (BadFrame, Closed, TimedOut):
        return
    assert isinstance(head, dict) and LENGTHS.size + len(body) <= len(data)


EXERCISE = find("linear_backward")
CASES = make_cases(EXERCISE, 1)
RIGHT = outcomes_of(EXERCISE, EXERCISE.reference, CASES)


def test_the_undamaged_outcome_is_right() -> None:
    again = [Outcome.from_plain(from_bytes(to_bytes(o.to_plain()))) for o in RIGHT]
    assert verdict(EXERCISE, CASES, again).score == EXERCISE.points


@given(damaged(to_bytes(RIGHT[0].to_plain())))
@fuzz
def test_outcomes(data: bytes) -> None:
    try:
        outcome = Outcome.from_plain(from_bytes(data))
    except (NotPlain, ValueError):
        return
    result = verdict(EXERCISE, CASES, [outcome, *RIGHT[1:]], hints=False)
    assert 0 <= result.score <= EXERCISE.points
    (text_of(result) + html_of(result)).encode("utf-8")


tree = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from(["u", "dx", "dW", "db"]), tree), min_size=1))
@fuzz
def test_forged_outputs(outputs: list[dict[str, Any]]) -> None:
    given_back = (outputs * len(CASES))[: len(CASES)]
    outcomes = [Outcome.from_plain(from_bytes(to_bytes(Outcome(o).to_plain()))) for o in given_back]
    assert verdict(EXERCISE, CASES, outcomes, hints=False).score < EXERCISE.points


COURSE = of_this_course("ps06")
NOTEBOOK = notebook_bytes(COURSE.half())
SMALL = json.dumps({"cells": json.loads(NOTEBOOK)["cells"][:3], "nbformat": 4}).encode()


@given(damaged(SMALL) | damaged(NOTEBOOK) | st.binary(max_size=100))
@fuzz
def test_notebooks(data: bytes) -> None:
    try:
        notebook = parse_notebook(data)
    except NoNotebook:
        return
    nbformat.validate(notebook)
    restore_cells(notebook, COURSE.known)
    names = [c.metadata.nbgrader.grade_id for c in notebook.cells if "nbgrader" in c.metadata]
    locked = [one.name for one in COURSE.known if one.locked]
    assert [name for name in names if name in locked] == locked
    nbformat.writes(notebook).encode("utf-8")


@given(st.lists(tree | st.dictionaries(st.sampled_from(["output_type", "data", "text"]), tree)))
@fuzz
def test_outputs(raw: list[Any]) -> None:
    nbformat.v4.new_code_cell("", outputs=clean_outputs(raw, PageBudget()))


@pytest.mark.parametrize("size", [10, 1000])
def test_shapes_that_multiply_cost_nothing(size: int) -> None:
    header = json.dumps(["array", "<f8", [0] + [2**40] * 15]).encode()
    with contextlib.suppress(NotPlain):
        from_bytes(len(header).to_bytes(8, "big") + header)
    bomb = b"[" + b"[]," * (size * 100_000 // 10) + b"[]]"
    with pytest.raises(NotPlain):
        from_bytes(len(bomb).to_bytes(8, "big") + bomb)
