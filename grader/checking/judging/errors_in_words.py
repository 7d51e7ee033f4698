"""What stopped a function, or makes its result unusable, in words that help to repair it."""

import inspect
import re

from grader.checking.contract.compare import unusable_part
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.registry import find, is_exercise
from grader.checking.contract.wire import Plain
from grader.checking.judging.apply import Failure

MISMATCH = re.compile(r"^matmul: .* core dimension .*\(size (\d+) is different from (\d+)\)$")
NAMES = re.compile(r"\((\w+(?:, \w+)+)\)")  # what is returned, where each has a name
NONE = "`None` is what a function gives that ends without `return`"
TEXT = (
    "One of the two is a text, such as a name. Look up the number or the array that has this name"
)
LIST = "A list or a tuple is not an array; `np.array(…)` makes an array of numbers in a list"
# What messages of Python and NumPy mean. The first that fits follows the message.
MEANINGS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (
            r"could not be broadcast together|shape mismatch: objects cannot be broadcast",
            "NumPy compares the shapes from their last sizes on: two sizes must be equal, or one "
            "of them 1",
        ),
        (
            r"non-broadcastable output operand",
            "`a += b` keeps the shape of `a`, and `b` is larger; write `a = a + b`",
        ),
        (r"signature matching types .*dtype\('<U", TEXT),
        (r"unsupported operand .*'str'|must be str, not|can only concatenate str", TEXT),
        (r"unsupported operand .*'NoneType'|'NoneType' object", NONE),
        (r"unsupported operand .*'(list|tuple)'|multiply sequence by non-int", LIST),
        (r"(list|tuple) indices must be integers or slices, not tuple", LIST),
        (
            r"truth value of an array with more than one element",
            "`if`, `and`, `or` and `not` need one truth value. `np.where`, `&`, `|` and `~` work "
            "entry by entry; `.all()` and `.any()` make one value of all entries",
        ),
        (
            r"only .* arrays can be converted to Python scalars",
            "A function for one number, such as `float` or one of `math`, was given an array",
        ),
        (r"setting an array element with a sequence", "An entry of an array holds one number"),
        (
            r"^index -?\d+ is out of bounds for axis \d+ with size \d+",
            "Indices begin at 0, so the last one is the size minus 1",
        ),
        (r"^list index out of range", "Indices begin at 0, so the last one is the length minus 1"),
        (
            r"zero-size array to reduction operation",
            "The array has no entries, so it has no largest and no smallest one",
        ),
        (
            r"cannot access local variable",
            "A name that a function assigns is its own, and has no value before the assignment",
        ),
        (r"maximum recursion depth", "The function calls itself again and again"),
    )
)


def not_readable(exercise: Exercise, outputs: dict[str, Plain] | None, error: Exception) -> str:
    """Why what a function returned could not be examined."""
    if part := unusable_part(outputs or {}, {}):
        return f"{part}; expected {exercise.returns}" if " " in exercise.returns else part
    return f"what was returned could not be examined ({type(error).__name__}: {error})"


def error_in_words(failure: Failure, exercise: Exercise) -> str:
    """The error as a report tells it, and what it means."""
    if failure.kind == "NotImplementedError":
        return f"{failure.function or exercise.name} is not written yet"
    what = f"{failure.kind}: {failure.message}" if failure.message else failure.kind
    what = what or "an error without a name"  # an empty text would mean that nothing is wrong
    if failure.inside:
        meaning = _meaning(failure)
        if is_exercise(failure.function) and failure.function not in exercise.takes:
            meaning = f" It is raised in your `{failure.function}`.{meaning}"
        return f"{what.rstrip(' .')}.{meaning}" if meaning else what
    return _unusable(failure, exercise, what)


def _meaning(failure: Failure) -> str:
    """What a message means, and where it comes from, in sentences that follow it."""
    sentences = [failure.clue] if failure.clue else []
    if found := MISMATCH.search(failure.message):
        rows, columns = found.groups()
        text = (
            "`@` needs as many columns on the left as there are rows on the right: here they are "
            "{columns} and {rows}"
        )
        sentences.append(text.format(rows=rows, columns=columns))
    elif "matmul" in failure.message and "enough dimensions" in failure.message:
        sentences.append("`@` multiplies arrays; a single number is multiplied by `*`")
    else:
        fitting = (words for pattern, words in MEANINGS if pattern.search(failure.message))
        sentences += [words for words in [next(fitting, "")] if words]
    return "".join(f" {one}." for one in sentences)


def _unusable(failure: Failure, exercise: Exercise, what: str) -> str:
    """Why what a function returned could not be used, or why it could not be called."""
    name, returned, returns = failure.function, failure.returned, exercise.returns
    references = dict(zip(exercise.takes, exercise.reference, strict=True))
    if name and not returned:
        text = f"`{name}` could not be called ({what})"
        if name in references:
            given = f"def {name}{inspect.signature(references[name])}:"
            text += f"; keep its first line as it was given: `{given}`"
        return text
    if name in references and name != exercise.name:  # a forward pass, say
        returns = find(name).returns if is_exercise(name) else ""
    several = NAMES.fullmatch(returns)
    names = several[1].split(", ") if several else []
    n = len(names)
    if name and several and returned not in (f"{n} values", f"a list of length {n}"):
        text = (
            "`{name}` returned {returned}. It has to return {n} values, so its last line should "
            "have the form `return {names}`."
        )
        return text.format(name=name, returned=returned, n=n, names=", ".join(names))
    text = f"what the function returned could not be used ({what})"
    if returns:
        text += f"; it has to return {returns}"
    return text
