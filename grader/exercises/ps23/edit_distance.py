"""``edit_distance(a, b) -> int``: the fewest edits of letters that turn one string into another."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, holds, mistake, slips, values
from grader.checking.contract.compare import described


def edit_distance(a, b):
    n, m = len(a), len(b)
    R = np.zeros((n + 1, m + 1), dtype=int)
    R[:, 0] = np.arange(n + 1)
    R[0, :] = np.arange(m + 1)
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            replace = R[i - 1, j - 1] + (a[i - 1] != b[j - 1])
            delete = R[i - 1, j] + 1
            insert = R[i, j - 1] + 1
            R[i, j] = min(replace, delete, insert)
    value = int(R[n, m])
    return value


LONG = "a long string"


def word(rng: np.random.Generator, n: int, letters: str = "abcdefgh") -> str:
    """n letters, of which no two neighbours are the same."""
    made = ""
    while len(made) < n:
        letter = letters[int(rng.integers(len(letters)))]
        if not made.endswith(letter):
            made += letter
    return made


def pair(about: str, a: str, b: str) -> Case:
    return case(about, a=a, b=b)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def replaced(text: str, places: list[int]) -> str:
        return "".join("x" if i in places else c for i, c in enumerate(text))

    def without(text: str, places: list[int]) -> str:
        return "".join(c for i, c in enumerate(text) if i not in places)

    def some(low: int, high: int) -> int:
        return int(rng.integers(low, high))

    base, other = word(rng, 40), word(rng, 7)
    places = rng.permutation(40)
    lengths = rng.permutation(np.arange(3, 30))  # no two alike: a constant is never right twice
    middle, far = some(3, 37), some(11, 18)
    return {
        "letters replaced": [
            pair("one letter replaced", "tape", "tale"),
            pair("many letters replaced", base, replaced(base, [*places[: some(5, 36)]])),
            pair("other letters replaced", base, replaced(base, [*places[-some(5, 36) :]])),
            pair("letters at the end replaced", base, replaced(base, [*range(some(5, 36), 40)])),
        ],
        "letters inserted or deleted": [
            pair("a letter at the end", base[:10], base[:10] + "y"),
            pair("the last letter deleted", base[:10] + "y", base[:10]),
            pair("a letter at the beginning", other, "y" + other),
            pair("letters in the middle", base, base[:middle] + "y" * some(5, 40) + base[middle:]),
            pair("many letters deleted", base, without(base, [*places[: some(5, 20)]])),
        ],
        "edits of all kinds": [
            pair("a word moved by one", f"{other}z", f"q{other}"),
            pair("a word moved by many", base + "z" * far, "q" * far + base),
            pair("capital letters and spaces", f"{other} {other.title()}", f" {other}{other} "),
            pair("a doubled letter", other[0] * some(2, 6) + other, other),
            pair("the first letter replaced", "x" + base, "y" + base),
            pair("two letters change places", f"{other}xy", f"{other}yx"),
            pair("a replacement and a deletion", f"{other}x{base}", f"{other[1:]}y{base}"),
            pair("random letters", word(rng, some(6, 12), "abc"), word(rng, 9, "abc")),
            pair("random words of any length", word(rng, some(10, 40)), word(rng, some(10, 40))),
            pair("random words again", word(rng, some(10, 40)), word(rng, some(10, 40))),
        ],
        "an empty string": [
            pair("from nothing", "", word(rng, lengths[0])),
            pair("to nothing", word(rng, lengths[1]), ""),
        ],
        "equal strings": [pair("the same twice", other, other)],
        LONG: [pair("more edits than one byte counts", word(rng, some(280, 300)), word(rng, 2))],
    }


def whole_number(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    kind = np.asarray(got["value"]).dtype.kind
    return None if kind in "iu" else f"It returned {described(got['value'])}; expected an int."


def neighbours_change_places(a, b):
    """Two neighbours that change places cost one edit in your function. With replacements,
    insertions and deletions alone they cost two."""
    n, m = len(a), len(b)
    R = [[max(i, j) for j in range(m + 1)] for i in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            replace = R[i - 1][j - 1] + (a[i - 1] != b[j - 1])
            R[i][j] = min(replace, R[i - 1][j] + 1, R[i][j - 1] + 1)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                R[i][j] = min(R[i][j], R[i - 2][j - 2] + 1)
    return R[n][m]


def no_row_for_the_empty_string(a, b):
    """Your table has a row for each letter, but none for the empty string, so the first letters of
    both strings are never compared. It needs n + 1 rows and m + 1 columns."""
    n, m = len(a), len(b)
    if min(n, m) == 0:
        return max(n, m)
    R = [[max(i, j) for j in range(m)] for i in range(n)]
    for i in range(1, n):
        for j in range(1, m):
            replace = R[i - 1][j - 1] + (a[i] != b[j])
            R[i][j] = min(replace, R[i - 1][j] + 1, R[i][j - 1] + 1)
    return R[-1][-1]


exercise = function(
    edit_distance,
    returns="value",
    points=2,
    cases=cases,
    judge=[
        # What compares letters at the same place, or counts letters in common, is right here.
        values(weight=2, cases="letters replaced", alone=False),
        values(weight=2, cases="letters inserted or deleted", alone=False),
        values(
            weight=6,
            cases="edits of all kinds",
            help="""Look at the last letters of both strings. Which three last edits are possible,
            and which shorter strings remain?""",
        ),
        values(
            cases="an empty string",
            help="How many letters do you have to insert if one string is empty?",
        ),
        values(cases="equal strings", alone=False, help="Equal strings need no edit."),
        values(
            cases=LONG,
            alone=False,
            help="Which is the largest number that an entry of your table can hold?",
        ),
        holds(
            "an int comes back",
            whole_number,
            alone=False,
            help="""A number of edits is whole. `np.zeros` makes a table of floats, unless you give
            it `dtype=int`.""",
        ),
    ],
    form=(),
    answers=("course_lib.losses.alignment",),
    hints=(
        "Let R[i, j] be the distance between the first i letters of a and the first j letters of "
        "b. Row 0 and column 0 compare with the empty string. What is the smallest of the three "
        "ways to cell (i, j)?",
        "R[i, j] is the smallest of R[i−1, j] + 1 (delete), R[i, j−1] + 1 (insert) and "
        "R[i−1, j−1] + 1 (replace), without the last + 1 if the two letters agree.",
        'A smaller example: "at" and "cat". R = [[0, 1, 2, 3], [1, 1, 1, 2], [2, 2, 2, 1]]: one '
        "insertion.",
    ),
    mistakes=(
        *slips("""
replace = R[i - 1, j - 1] + 2 * (a[i - 1] != b[j - 1])
    A replacement costs 2 in your function, as a deletion and an insertion together. It is one edit.
replace = R[i - 1, j - 1] + 1
    A letter that stays the same costs 1 in your function. When does the step along the diagonal
    cost nothing?
replace = R[i - 1, j - 1] + (a[i - 1] == b[j - 1])
    Letters that agree cost 1 in your function, and letters that differ cost nothing.
R[i, j] = min(R[i - 1, j - 1], R[i - 1, j], R[i, j - 1]) + (a[i - 1] != b[j - 1])
    Where two letters agree, deleting or inserting one of them is free in your function. Which of
    the three steps is free there?
R[:, 0] = 0
R[0, :] = 0
    Row 0 and column 0 are 0 in your table. How many edits turn the empty string into j letters?
delete = R[i - 1, j] + 2
    A deletion costs 2 in your function.
insert = R[i, j - 1] + 2
    An insertion costs 2 in your function.
R[i, j] = min(replace, delete)
    Your table never inserts a letter.
R[i, j] = min(replace, insert)
    Your table never deletes a letter.
R[i, j] = min(delete, insert)
    Your table never replaces a letter, and it never keeps one.
value = sum(p != q for p, q in zip(a, b)) + abs(n - m)
    You compare letters at the same place. If a letter is inserted at the beginning, all later
    letters move by one place.
value = abs(n - m)
    You return the difference of the lengths. Strings of the same length may differ, too.
value = int(R[n - 1, m - 1])
    You return the cell before the last one, which lacks the last letter of both strings. Which cell
    compares all of a with all of b?
for i in range(1, n):
for j in range(1, m):
    Your loops end before the last row and column, so the cell that you return is never filled. The
    table has n + 1 rows and m + 1 columns.
replace = R[i - 1, j - 1] + (a[i] != b[j])
    Your index runs past the end of a string. Row i of the table belongs to the first i letters.
    Which index has the last one of them?
replace = R[i - 1, j - 1] + (a[i - 2] != b[j - 2])
    You compare the letters before those that row i and column j add. Which index has the i-th
    letter?
R[:, 0] = np.arange(1, n + 2)
R[0, :] = np.arange(1, m + 2)
    Row 0 and column 0 begin with 1 in your table. How many edits turn the empty string into itself?
value = int(R[:, m].min())
    You take the smallest number in the last column. All letters of both strings have to be used.
"""),
        mistake(neighbours_change_places),
        mistake(no_row_for_the_empty_string),
    ),
)
