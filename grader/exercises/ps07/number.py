"""``Number(data, tape, parents)``: a number that records how it was computed, and goes back."""

import numpy as np

from grader.checking.contract import Case, Exercise, OwnRun, case, slip, slips, values

EACH = "each operation on its own"
TWICE = "a number that is used twice"
JOIN = "branches that join again"
MIDDLE = "an output in the middle of the tape"
AGAIN = "backward for one output after another"


class Number:
    def __init__(self, data, tape, parents=()):
        self.data, self.tape, self.parents = data, tape, parents
        tape.append(self)

    def __add__(self, other):
        total = self.data + other.data
        of_sum = [(self, 1.0), (other, 1.0)]
        return Number(total, self.tape, of_sum)

    def __mul__(self, other):
        product = self.data * other.data
        of_product = [(self, other.data), (other, self.data)]
        return Number(product, self.tape, of_product)

    def tanh(self):
        z = np.tanh(self.data)
        of_tanh = [(self, 1 - z**2)]
        return Number(z, self.tape, of_tanh)

    def backward(self):
        for number in self.tape:
            number.gradient = 0.0
        self.gradient = 1.0
        for number in reversed(self.tape):
            for parent, local in number.parents:
                share = local * number.gradient
                parent.gradient = parent.gradient + share


def program(
    rng: np.random.Generator,
    about: str,
    leaves: str,
    *lines: str,
    then: str = "L",
    first: str = "",
    **data: float,
) -> Case:
    """Lines such as ``"p = a * b"``; ``first`` is the number whose backward pass is run before.

    ``data`` has leaves that are not drawn. A line ``"c = new"`` makes a leaf that comes late.
    """
    given = {leaf: data.get(leaf, float(rng.uniform(0.3, 1.3))) for leaf in leaves}
    first_leaves = [leaf for leaf in leaves if f"{leaf} = new" not in lines]
    return case(about, **given, lines=list(lines), output=then, first=first, leaves=first_leaves)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    joined = ("p = a * b", "q = tanh p", "r = q + p", "s = r * q", "L = s + a")
    return {
        EACH: [
            program(rng, "a sum", "ab", "L = a + b"),
            program(rng, "a product", "ab", "L = a * b"),
            program(rng, "a tanh", "a", "L = tanh a"),
            program(rng, "a product with 0", "ab", "L = a * b", a=0.0),
            program(rng, "a tanh far above 0", "a", "L = tanh a", a=800.0),
            program(rng, "a tanh far below 0", "a", "L = tanh a", a=-800.0),
        ],
        "a chain": [
            program(rng, "a chain", "abc", "u = a * b", "v = u + c", "L = tanh v"),
            program(
                rng, "a leaf between", "ac", "u = tanh a", "c = new", "v = u + c", "L = tanh v"
            ),
            program(rng, "a chain through 0", "abc", "u = a * b", "v = u + c", "L = tanh v", b=0.0),
            program(rng, "a chain below 0", "abc", "u = a * b", "v = u + c", "L = tanh v", b=-2.0),
        ],
        TWICE: [
            program(rng, "a + a", "a", "L = a + a"),
            program(rng, "a · a", "a", "L = a * a"),
        ],
        JOIN: [
            program(rng, "a short path, a long one", "a", "e = tanh a", "q = e * e", "L = q + a"),
            program(rng, "both end at one number", "a", "e = tanh a", "q = tanh e", "L = e * q"),
            program(rng, "five lines", "ab", *joined),
        ],
        MIDDLE: [
            program(rng, MIDDLE, "abc", "p = a * b", "L = tanh p", "q = L * c", "r = q + p"),
            program(rng, "an output that is a leaf", "ab", "p = a * b", then="a"),
        ],
        AGAIN: [
            program(rng, AGAIN, "ab", *joined, first="r"),
            program(rng, "two outputs", "ab", "p = a * b", "r = tanh p", "L = p + a", first="r"),
        ],
    }


def run(Number, case):
    def computed(change):
        tape = []
        numbers = {leaf: Number(case[leaf] + change, tape) for leaf in case["leaves"]}
        for line in case["lines"]:
            name, _, *words = line.split()
            if words[0] == "new":
                numbers[name] = Number(case[name] + change, tape)
            elif words[0] == "tanh":
                numbers[name] = numbers[words[1]].tanh()
            elif words[1] == "*":
                numbers[name] = numbers[words[0]] * numbers[words[2]]
            else:
                numbers[name] = numbers[words[0]] + numbers[words[2]]
            if not isinstance(numbers[name], Number):
                kind = type(numbers[name]).__name__
                raise TypeError(f"`{line}` should give a Number, and gives a {kind}")
        return tape, numbers

    tape, numbers = computed(0)
    computed(0.1)  # another computation, with a tape of its own
    names = {id(number): name for name, number in numbers.items()}
    local = {}
    for name, number in numbers.items():
        for parent, derivative in number.parents:
            edge = f"d {name} / d {names.get(id(parent), '?')}"
            local[edge] = local.get(edge, 0.0) + float(derivative)
    if case["first"]:
        numbers[case["first"]].backward()
    numbers[case["output"]].backward()
    return {
        "data": {name: float(number.data) for name, number in numbers.items()},
        "local derivatives": local,
        "tape": " ".join(names.get(id(number), "?") for number in tape),
        "gradients": {name: float(number.gradient) for name, number in numbers.items()},
    }


exercise = Exercise(
    points=4,
    reference=(Number,),
    returns="numbers on a tape",
    cases=cases,
    run=OwnRun(run),
    judge=[
        values("data", weight=1, title="the values"),
        values(
            "tape",
            weight=1,
            alone=False,
            title="each number is once on its tape",
            help="""`__init__` writes a new number on the tape that it is given. Which tape does
            the result of an operation belong to?""",
        ),
        values(
            "local derivatives",
            weight=4,
            cases=(EACH, TWICE),
            title="parents and local derivatives",
            help="""Each operation has one pair for each of its inputs: the input, and the
            derivative of the result with respect to it, as a number. Try the operation of the
            failing case on paper.""",
        ),
        values("gradients", weight=2, cases=EACH, title="backward: each operation on its own"),
        values("gradients", weight=2, cases="a chain", title="backward: a chain"),
        values(
            "gradients",
            weight=3,
            cases=TWICE,
            title="backward: a number that is used twice",
            help="""The same number is the parent in two pairs, and each pair passes a part of the
            gradient on. How do you combine them?""",
        ),
        values(
            "gradients",
            weight=5,
            cases=JOIN,
            title="backward: branches that join again",
            help="""When you process a number, have all its users passed their parts on? In which
            order does the tape ensure this?""",
        ),
        values(
            "gradients",
            weight=2,
            cases=MIDDLE,
            title="backward: an output in the middle of the tape",
            help="""Numbers that stand after the output on the tape do not affect it. What is their
            gradient? And where does the backward pass start?""",
        ),
        values(
            "gradients",
            weight=2,
            cases=AGAIN,
            alone=False,
            title="backward: one output after another",
            help="""`backward` was called for another number before. What is left of that call?""",
        ),
    ],
    answers=("grader.exercises.ps07.number",),
    hints=(
        "The result of an operation is `Number(value, self.tape, pairs)`. For a sum, both local "
        "derivatives are 1.",
        "`backward` sets the gradient of all numbers on the tape to 0, and its own to 1. Then it "
        "goes through the tape in reverse. Each number adds, to the gradient of each parent, its "
        "own gradient times the local derivative.",
        "A smaller example: a = 3, e = a · a = 9, L = e + a = 12. The tape is a, e, L. L has the "
        "gradient 1 and passes 1 to e and 1 to a. Then e passes 1 · 3 to a twice. The sum is "
        "1 + 3 + 3 = 7, the derivative of a² + a at 3.",
    ),
    mistakes=(
        # --- what is recorded ---
        *slips("""
of_sum = [(self, self.data), (other, other.data)]
    A sum: you store the values of the inputs. By how much does a sum grow when one term grows by 1?
of_product = [(self, self.data), (other, other.data)]
    In a product, the local derivative for one factor is the OTHER factor.
of_product = [(self, 1.0), (other, 1.0)]
    A product: your local derivatives are those of a sum. By how much does a · b grow when a grows
    by 1?
of_tanh = [(self, 1 - self.data**2)]
    tanh: you use 1 − a² with the input. The derivative is 1 − z², with the OUTPUT z = tanh(a).
of_tanh = [(self, z * (1 - z))]
    tanh: z·(1 − z) is the derivative of the sigmoid. What is the derivative of tanh?
of_tanh = [(self, 1 - np.tanh(z) ** 2)]
    tanh: you apply tanh to z, which is already the output of tanh.
of_sum = [(self, 1.0)]
    A sum has two inputs, and you record only one of them.
of_product = [(self, other.data)]
    A product has two inputs, and you record only one of them.
of_sum = []
of_product = []
of_tanh = []
    You record no parents, so the backward pass finds no way from the output to the inputs.
of_product = {self: other.data, other: self.data}.items()
    In `a * a` both inputs are the same number, and your record keeps only one pair for it.
"""),
        slip(
            "Number(total, self.tape,",
            "Number(total, [],",
            "The result of a sum is on a new tape. Which tape do its inputs share?",
        ),
        slip(
            "Number(product, self.tape,",
            "Number(product, [],",
            "The result of a product is on a new tape. Which tape do its inputs share?",
        ),
        slip(
            "        return Number(product, self.tape, of_product)",
            "        result = Number(product, self.tape, of_product)\n"
            "        self.tape.append(result)\n"
            "        return result",
            "A number is on the tape twice: `__init__` appends it already.",
        ),
        # --- the backward pass ---
        *slips("""
parent.gradient = share
    A number that is used several times keeps the gradient of only one use. It affects the output
    along every path. How does the chain rule combine several paths?
share = local
    You pass on the local derivative alone. Which two factors does the chain rule multiply?
share = number.gradient
    You pass on the gradient without the local derivative. Which two factors does the chain rule
    multiply?
self.gradient = self.data
    All gradients are multiplied by the value of the output. How much does the output change when
    the output itself changes by 1?
self.gradient = 0.0
    All gradients are 0. Which gradient is known before the backward pass starts?
number.gradient = getattr(number, 'gradient', 0.0)
    The gradients of an earlier `backward` are still there, and the new ones are added to them.
"""),
        slip(
            "self.gradient = 1.0",
            "self.tape[-1].gradient = 1.0",
            "You start at the last number on the tape. `self` is the output, and other numbers may "
            "come after it.",
        ),
        slip(
            "for number in reversed(self.tape):",
            "for number in self.tape:",
            "Some numbers are processed before they have their gradient, or not at all. In which "
            "order does the backward pass need them?",
        ),
        slip(
            "        for number in reversed(self.tape):",
            """        reached = [self]
        for number in reached:
            reached += [p for p, _ in dict(number.parents).items() if p not in reached]""",
            "You process a number as soon as you reach it. If a short and a long path lead to it, "
            "the part of the long path comes too late. Wait for all its users.",
        ),
    ),
)
