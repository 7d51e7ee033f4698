from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.classroom.gradebook.session import opened
from grader.classroom.gradebook.store import gradebook_url
from grader.classroom.report.times import (
    NO_TIMES,
    TICKS,
    Times,
    lead_time_in_words,
    place,
    times_and_scores,
    times_of,
)
from tests.classroom.term_class import DUE, TermClass, Work

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_times_are_those_of_the_gradebook_with_extensions(tmp_path: Path) -> None:
    url = gradebook_url(tmp_path)
    works = {"ada": Work([2.0], 3 * HOUR), "bob": Work([2.0], -HOUR), "cem": Work([2.0])}
    TermClass(tmp_path, url, {"ps00": works}).write()
    with opened(url) as gradebook:
        gradebook.find_submission("ps00", "bob").extension = DAY
        gradebook.db.commit()
    found = times_of(url, "ps00")
    assert found.due == DUE.replace(tzinfo=UTC)
    assert found.lead_times == {"ada": 3 * HOUR, "bob": 23 * HOUR}


def test_without_a_deadline_nothing_is_said(tmp_path: Path) -> None:
    url = gradebook_url(tmp_path)
    works = {"ada": Work([2.0], 3 * HOUR)}
    TermClass(tmp_path, url, {"ps00": works}, due=False).write()
    assert times_of(url, "ps00") == times_of(url, "ps01") == NO_TIMES
    assert NO_TIMES.passed


def test_a_deadline_passes() -> None:
    now = datetime.now(UTC)
    assert Times(now - HOUR).passed and not Times(now + HOUR).passed


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (2 * DAY + HOUR, "2 days before"),
        (HOUR, "1 hour before"),
        (timedelta(minutes=59), "59 minutes before"),
        (timedelta(seconds=3), "in the last minute"),
        (-timedelta(seconds=3), "less than a minute late"),
        (-DAY, "1 day late"),
    ],
)
def test_times_in_words(before: timedelta, words: str) -> None:
    assert lead_time_in_words(before) == words


def test_the_axis_is_in_order_and_has_its_lines_where_they_belong() -> None:
    assert [place(time) for time, _ in TICKS] == pytest.approx([n / 7 for n in range(8)])
    hours = [place(hour * HOUR) for hour in range(200, -100, -1)]
    assert hours == sorted(hours) and hours[0] == 0 and hours[-1] == 1
    assert place(2 * DAY) == pytest.approx(1.5 / 7)


def test_every_submission_is_in_one_band_and_in_the_figure() -> None:
    before = [10 * DAY, 3 * DAY, 2 * DAY, 5 * HOUR, HOUR, timedelta(), -timedelta(seconds=1)]
    found = times_and_scores([(one, n / 6) for n, one in enumerate(before)])
    assert [(band.words, band.count) for band in found.bands] == [
        ("3 days before or earlier", 2),
        ("1 to 3 days before", 1),
        ("1 to 24 hours before", 2),
        ("in the last hour", 1),
        ("late", 1),
    ]
    assert found.bands[0].share == pytest.approx(1 / 12)
    assert found.count == len(before) and found.points[0] == (0.0, 0.0)
    assert found.points[5][0] == found.deadline < found.points[6][0]
