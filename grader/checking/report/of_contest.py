"""An entry among stored ones: its places, and how the first of the public list have changed."""

from collections.abc import Sequence

from grader.checking.report.blocks import Report, Row, Table, Text

# Who, public accuracy and place, final accuracy and place.
Line = tuple[str, float, int, float, int]


def report_on_contest(
    public: int,
    final: int,
    entries: int,
    lines: Sequence[tuple[Line, bool]],
    interval: tuple[float, float, bool],
) -> Report:
    """The report on an entry among stored ones.

    Parameters
    ----------
    public, final : its two places
    entries : how many there are, with it
    lines : what the table shows, each with whether it is your own
    interval : its ends, and whether the final accuracy lies in it
    """
    says = "Place {public} of {n} on the public pictures, place {final} on the secret splits"
    head = ("", "public", "place", "secret splits", "place")
    rows = tuple(
        Row((who, f"{seen:.3f}", f"{before}", f"{reached:.3f}", f"{after}"), strong=own)
        for (who, seen, before, reached, after), own in lines
    )
    low, high, inside = interval
    said = (
        "The final accuracy lies in your interval from {low:g} to {high:g}."
        if inside
        else "The final accuracy is outside of your interval from {low:g} to {high:g}."
    )
    return Report(
        "news",
        "",
        "",
        says.format(public=public, final=final, n=entries),
        (Table(head, rows), Text(said.format(low=low, high=high))),
    )


def report_without_entry(name: str) -> Report:
    """The report where nothing could be trained."""
    said = "Nothing was trained: the check of `{name}` says why."
    return Report("waiting", "", "", said.format(name=name))
