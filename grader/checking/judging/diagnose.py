"""Finds what explains the results of a student's function.

A mistake is recognised by its effects. Where the student's results show all of them, its hint is
a statement. Where nothing explains everything, each quantity is explained by itself. Where one
mistake explains most of the results, its hint is shown as a question: the student may have written
it without a guard, with another constant or beside another mistake.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from grader.checking.contract.compare import Open
from grader.checking.contract.exercise import Case, Exercise, Recognise
from grader.checking.contract.wire import leaves
from grader.checking.judging.diagnosis import Certainty, Diagnosis
from grader.checking.judging.effects import Known, Results, effects, known
from grader.checking.judging.listed import MOST, exact_cover, most
from grader.checking.judging.search import Search, Tries
from grader.checking.judging.strategies import (
    WHOLE,
    by_quantity,
    facts_alone,
    is_untold,
    two_slips,
)

MAX_HINTS = 2
# Programs that each strategy tries. A budget of time would make what a student reads depend on how
# busy the machine is.
TRIES = 150
# Numbers, texts and arrays in what was returned, beyond which the search, which compares them one
# by one, is left out. No exercise asks for a tenth of it.
MOST_LEAVES = 20_000


def diagnose(
    exercise: Exercise,
    cases: Sequence[Case],
    student: Sequence[Results],
    facts: Sequence[Known] = (),
    failing: Collection[str] = (),
) -> tuple[Diagnosis, ...]:
    """What the student's results agree with, best explanation first.

    Parameters
    ----------
    facts : ``known(exercise, cases)``, passed by callers that judge many programs on the same cases
    failing : titles of the properties that do not hold or are open; hints that presuppose one are
        left out
    """
    given = (value for one in student for value in one.values.values())
    if sum(len(leaves(value)) for value in given if not isinstance(value, Open)) > MOST_LEAVES:
        return ()
    if exercise.recognise is not None:
        return _recognised(exercise.recognise, cases, student)
    facts = facts or known(exercise, cases)
    departing = [(effects(one.right, student), one) for one in facts]
    wrong, nearest = min(departing, key=lambda pair: len(pair[0]))
    suspects = [one for one in nearest.suspects if set(failing).isdisjoint(one.mistake.needs)]
    search = Search(nearest, student, wrong, suspects, Tries(TRIES))
    # Two changes may look alike in words.
    found = list({one.sentence: one for one in _explained(search)}.values())
    asked = [one for one in found if one.certainty is Certainty.ASKED]
    return (*[one for one in found if one not in asked][:MAX_HINTS], *asked)


def _recognised(
    recognise: Recognise, cases: Sequence[Case], student: Sequence[Results]
) -> tuple[Diagnosis, ...]:
    """What the exercise itself reads off the results."""
    seen = [(c, one.values) for c, one in zip(cases, student, strict=True) if not one.problem]
    said = dict.fromkeys(words for c, values in seen for words in recognise(c, values))
    return tuple(map(Diagnosis, said))[:MAX_HINTS]


def _explained(search: Search) -> list[Diagnosis]:
    found, left = exact_cover(search)
    open_ones = search.values_in({key: search.wrong[key] for key in left})
    if not open_ones:
        return found
    if search.known.exercise.run.only_listed:
        share, mistake = (0.0, None) if found else most(search)
        return [Diagnosis(mistake, Certainty.ASKED)] if mistake and share >= MOST else found
    known_ones = {key.name for key in search.wrong.keys() - left}
    rest = search.only({key.name for key in open_ones} - known_ones)
    if found and (beside := facts_alone(rest)):
        return [*found, *beside]
    if not found and (pair := two_slips(_limited(search))):
        return pair
    share, mistake = (0.0, None) if found else most(search)
    if mistake and share == 1:
        return [Diagnosis(mistake)]
    if is_untold(search):
        return found
    if whole := next(filter(None, (strategy(_limited(search)) for strategy in WHOLE)), []):
        return whole
    if found and (pair := two_slips(_limited(search))):
        return pair
    found += by_quantity(_limited(rest))
    if mistake and share >= MOST and mistake not in [one.cause for one in found]:
        found.append(Diagnosis(mistake, Certainty.ASKED))
    return found


def _limited(search: Search) -> Search:
    return replace(search, tries=Tries(TRIES))
