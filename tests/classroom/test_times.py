from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from grader.classroom.backup.backup import backup_class, restore_class
from grader.classroom.gradebook.session import opened
from grader.classroom.gradebook.store import gradebook_url
from grader.classroom.lateness import share_lost
from grader.classroom.moments import moment_in, moment_in_order, moment_of, stamp_of
from grader.classroom.report.times import (
    NO_TIMES,
    TICKS,
    Times,
    lead_time_in_words,
    place,
    times_and_scores,
    times_of,
)
from grader.settings import Late
from tests.classroom.term_class import DUE, TermClass, Work

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


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


# --- Moments --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noted", "utc"),
    [
        ("2026-10-25 00:30:00 UTC", "00:30"),
        ("2026-10-25 02:30:00.250000 CEST", "00:30"),  # as nbgrader notes it in its own zone
        ("2026-10-25 02:30:00 CET", "01:30"),
        ("2026-10-25 02:30:00 +0200", "00:30"),
        ("2026-10-25 02:30:00 Europe/Berlin", "00:30"),
        ("2026-10-25T02:30:00+01:00", "01:30"),
        ("2026-10-25 01:30:00", "01:30"),
        ("2026-10-24 20:30:00 EDT", "00:30"),
        ("2026-10-25 02:30:00 XYZ", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_a_note_of_a_time_is_read_with_its_zone(noted: str, utc: str) -> None:
    found = moment_of(noted)
    assert stamp_of(found) == (f"2026-10-25 {utc}:00 UTC" if utc else "")
    assert moment_of(stamp_of(found)) == (found and found.replace(microsecond=0))


@pytest.mark.parametrize("day", [datetime(2026, 10, 25), datetime(2027, 3, 28)])
def test_local_times_become_moments_in_their_order(day: datetime) -> None:
    """Also through the hour that occurs twice, and through that which the clocks leave out."""
    clock = [day + n * timedelta(minutes=10) for n in range(24 * 6)]
    moments = [moment_in(BERLIN, local) for local in clock]
    ordered = [moment_in_order(BERLIN, local) for local in clock]
    assert moments == sorted(moments) and ordered == sorted(ordered)
    unclear = [local.hour for local, n in zip(clock, ordered, strict=True) if ordered.count(n) > 1]
    assert set(unclear) <= {2, 3} and unclear.count(2) == 6  # 3:00 is when the clocks are set
    elapsed = moment_in(BERLIN, day + DAY) - moment_in(BERLIN, day)
    assert elapsed == (25 * HOUR if day.month == 10 else 23 * HOUR)


@pytest.mark.parametrize(
    ("due", "handed_in", "days"),
    [
        ("2026-10-24T12:00:00+02:00", "2026-10-25 12:00:00 CET", 2),  # 25 hours later
        ("2026-10-24T12:00:00+02:00", "2026-10-25 11:00:00 CET", 1),
        ("2027-03-27T12:00:00+01:00", "2027-03-28 12:00:00 CEST", 1),  # 23 hours later
        ("2027-03-27T12:00:00+01:00", "2027-03-28 13:00:01 CEST", 2),
    ],
)
def test_a_day_late_has_24_hours(due: str, handed_in: str, days: int) -> None:
    when = moment_of(handed_in)
    assert when is not None
    seconds = (when - datetime.fromisoformat(due)).total_seconds()
    assert share_lost(Late(per_day=0.1), seconds) == pytest.approx(0.1 * days)


def test_the_newest_backup_is_the_one_that_was_made_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the files are called, and however the clocks of the machines were set."""
    url = gradebook_url(tmp_path)
    names = {  # by moment: as earlier versions named them, in local time, and as people do
        "2026-10-25 00:50:00 UTC": "2026-10-25-025000.tar.gz",
        "2026-10-25 01:10:00 UTC": "2026-10-25-021000.tar.gz",
        "2026-10-24 12:00:00 UTC": "final.tar.gz",
    }
    for made, name in names.items():
        (tmp_path / "roster.csv").write_text(f"student,name,email,lms_id\nada,{made},,\n")
        monkeypatch.setattr("grader.classroom.backup.file.now_stamp", lambda made=made: made)
        backup_class(tmp_path, url, "course", tmp_path / "backups" / name)
    restored, _ = restore_class(tmp_path, url, "course")
    assert restored.name == "2026-10-25-021000.tar.gz"
    assert "01:10:00" in (tmp_path / "roster.csv").read_text()
