"""Whose fault it is when grading a submission fails, and what follows from that.

===================  ============================================================================
what is raised       what follows
===================  ============================================================================
``SubmissionFault``  the submission gets 0 and the reason; the next one is graded
``NotDone``          it gets no mark, because the cause is not certain; the next one is graded
anything else        the cause is on our side: grading stops, and nobody gets a mark for it
===================  ============================================================================

Our side is the default. Only what is raised while the *content* of a submission is handled (within
:func:`charged_to_submission`) may cost it points; steps in the middle of that which use nothing but
our own code and data stand in :func:`charged_to_grader`. A submission is charged only if the
grader, in a new process, grades the notebook as students were given it without an error
(:func:`grader.grading.submission.grade.grade_in`). So an error of ours costs nobody a point, and
nothing that a student hands in stops the grading of the class.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST = 500
MACHINE = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EIO,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
}


class SubmissionFault(Exception):
    """What was handed in cannot be graded; the text says why, for the student."""


class NotDone(Exception):
    """There is no result, and it is not certain why; the text says what is known."""


class GraderFault(Exception):
    """Nothing can be graded like this; the text names the cause, which is on our side."""


class NoSandbox(GraderFault):
    """Submissions can't be run in isolation here, and running them without was not asked for."""


@contextmanager
def charged_to_submission() -> Iterator[None]:
    """Within it the content of a submission is handled, which may raise anything."""
    try:
        yield
    except (SubmissionFault, NotDone, GraderFault):
        raise
    except MemoryError:
        raise SubmissionFault("grading it needs more memory than the grader takes") from None
    except OSError as error:
        if error.errno in MACHINE:
            raise
        raise NotDone(f"something could not be read ({error})") from error
    except ImportError as error:
        raise NotDone(f"a package of the grader's is missing ({error})") from error
    except Exception as error:
        words = f"{type(error).__name__}: {error}"[:LONGEST]
        raise SubmissionFault(f"the grader cannot handle what is in it ({words})") from error


@contextmanager
def charged_to_grader() -> Iterator[None]:
    """Within it nothing of the submission is used, whatever surrounds it.

    MemoryError is passed on: what surrounds it may have taken the memory.
    """
    try:
        yield
    except (NotDone, GraderFault, MemoryError):
        raise
    except Exception as error:
        raise GraderFault(described(error)) from error


def described(error: BaseException) -> str:
    """The error in one line, with the place in the code that raised it."""
    if isinstance(error, GraderFault):
        return str(error)
    words = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST]
    frames = traceback.extract_tb(error.__traceback__)
    return f"{words} [{frames[-1].filename}, line {frames[-1].lineno}]" if frames else words
