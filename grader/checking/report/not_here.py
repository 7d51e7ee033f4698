"""What is said of an exercise that is not judged here, for want of a package or a reference."""

from grader.checking.contract.exercise import Exercise
from grader.checking.report.blocks import Report, points

NOT_HERE = "not here"  # the status of such a report
WHERE_GRADED = "where submissions are graded"


def not_here(exercise: Exercise, where: str = "here") -> Report:
    """The report on an exercise that cannot be judged.

    Parameters
    ----------
    where : the package cannot be imported
    """
    package = exercise.run.needs
    says = f"not judged, because {package} cannot be imported {where}; this costs no points"
    return Report("waiting", f"`{exercise.name}`", points(0, 0), says, status=NOT_HERE)


def kept_back(name: str) -> Report:
    """The report at home on an instructor's exercise whose reference stays with the instructor."""
    says = (
        "not checked at home, because your course keeps its answer back: no hint and no points "
        "here; it is graded after you hand in"
    )
    return Report("waiting", f"`{name}`", "", says, status=NOT_HERE)
