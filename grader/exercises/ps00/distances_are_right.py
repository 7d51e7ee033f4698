"""``distances_are_right(program) -> bool``: a test of programs, judged on right and faulty ones."""

import numpy as np

from course_lessons.unknown_distances import CALLS, FAULTS, UnknownDistances, random_distances
from grader.checking.contract import hidden_faults, mistake, slips
from grader.exercises.ps00.pairwise_sq_dists import pairwise_sq_dists


def distances_are_right(program):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, size=(2, 5, 3)).astype("uint8")
    one, several = rng.normal(size=(1, 3)), rng.normal(size=(4, 3))
    calls = pixels, (one, several), (several, one)
    for x, y in calls:
        want = pairwise_sq_dists(x.astype(float), y.astype(float))
        d = program(x, y)
        shape = d.shape
        if shape != want.shape or not np.allclose(d, want):
            return False
    return True


def the_first_call_decides(program):
    """You return after the first call, whatever it shows. What can the other two still show?"""
    x, y = np.random.default_rng(0).integers(0, 256, size=(2, 5, 3)).astype("uint8")
    want = pairwise_sq_dists(x.astype(float), y.astype(float))
    d = program(x, y)
    return bool(d.shape == want.shape and np.allclose(d, want))


def nothing_is_rejected(program):
    """You accept every program. Which of your calls shows a fault, and where is a False?"""
    program(np.eye(2), np.eye(2))
    return True


exercise = hidden_faults(
    distances_are_right,
    unknown=UnknownDistances,
    thing="program",
    faults=FAULTS,
    draw=random_distances,
    pairs=4,  # for each fault, both kinds of both ways to compute
    budget=CALLS,
    computes="calls",
    compare="Compare the tables that it returns with those of your own function.",
    points=4,
    weights=(2, 3, 2, 3, 2),  # what a comparison of shapes finds counts less
    uses=("pairwise_sq_dists",),
    help=(
        """Right programs compute in two ways, whose numbers differ by rounding. And your own
        function needs floats: what does it return for `uint8`?""",
        """The numbers may be right in a table of another shape. Does `np.allclose` broadcast? Then
        which property of d do you compare first?""",
        "This fault shows only for N = M. Is one of your calls square, with x and y not the same?",
        """This fault shows only where a set has a single row: there an axis of length 1 is lost.
        Which of your calls has one row in x, and which has one in y?""",
        """Is one of your calls with whole numbers of type `uint8`, from 0 to 255, as in photos?
        What is 20² in this type?""",
        """For which numbers is |r| the same as r²? And which ones stay as they are without their
        sign?""",
    ),
    hints="""
    For each of your choices (N, M, the numbers, their type, how you compare), ask: which wrong
    program returns the right table here?

    Three calls have to show everything. Which properties exclude each other, so that they need
    different calls? Which can be in the same one?

    For each call: compute what is right with `pairwise_sq_dists(x.astype(float), y.astype(float))`,
    then return False if the shape is another one, or if `np.allclose` says that numbers differ.
    """,
    mistakes=(
        *slips("""
calls = pixels, (several, several[::-1]), (several, one)
    In none of your calls has x a single row.
calls = pixels, (one, several), (several, several[::-1])
    In none of your calls has y a single row.
calls = (several, pixels[0] / 1), (one, several), (several, one)
    None of your calls is square, or none has whole numbers. Which faults show only there?
calls = pixels / 255, (one, several), (several, one)
    None of your calls shows what goes wrong with whole numbers of type `uint8`. What is 20² in this
    type?
calls = (pixels[0], pixels[1][:3]), (one, several), (several, one)
    You have no square table, or one of x with itself, which is its own transpose. Which wrong
    program needs a square table of two different sets?
calls = ((several, several[::-1]),)
    You test one square call with floats. Which wrong programs return the right table there?
calls = ((several, pixels[0] / 255),)
    You test one call with floats. Which wrong programs return the right table there?
shape = want.shape
    You do not compare the shapes. `np.allclose` broadcasts: which tables of other shapes pass?
want = pairwise_sq_dists(x, y)
    You reject right programs. Your own function gets `uint8`, where 3 − 5 is 254.
one, several = rng.uniform(size=(1, 3)), rng.uniform(size=(4, 3))
    None of your numbers is negative. Which wrong program needs that?
if shape != want.shape or not np.array_equal(d, want):
    You reject right programs whose numbers differ by rounding. Which function of NumPy allows for
    it?
if shape != want.shape:
    You compare shapes only, and no numbers, or with a tolerance that is far too large.
"""),
        mistake(nothing_is_rejected),
        mistake(the_first_call_decides),
    ),
)
