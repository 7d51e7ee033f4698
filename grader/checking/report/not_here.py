"""What is said of an exercise where the package that it needs is not there: no points, no loss."""

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
