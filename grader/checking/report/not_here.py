"""What is said of an exercise where the package that it needs is not there: no points, no loss."""

from grader.checking.contract.exercise import Exercise
from grader.checking.report.blocks import Report, points

NOT_HERE = "not here"  # the status of such a report


def not_here(exercise: Exercise) -> Report:
    """The report on an exercise that cannot be judged here."""
    return Report(
        "waiting", f"`{exercise.name}`", points(0, 0), words(exercise.needs), status=NOT_HERE
    )


def words(package: str) -> str:
    """Why nothing is judged, and what that costs, in a sentence."""
    return f"not judged, because {package} cannot be imported here; this costs no points"
