"""``worth_training(program) -> bool``: tests before a long training, judged on hidden faults."""

import numpy as np

from course_lessons.unknown_program import FAULTS, STEPS, UnknownProgram, random_program
from grader.checking.contract import hidden_faults, slips


def worth_training(program):
    lr = program.lr
    few = slice(32)
    steps = 150
    start = program.step(program.x, program.t, 0)
    for _ in range(steps):
        end = program.step(program.x[few], program.t[few], lr)
    guess = np.log(program.classes)
    near = abs(start - guess) < 0.4
    return bool(near and end < 0.2)


exercise = hidden_faults(
    worth_training,
    unknown=UnknownProgram,
    thing="program",
    faults=FAULTS,
    draw=random_program,
    pairs=4,  # for each fault, both kinds twice
    budget=STEPS,
    computes="steps",
    compare="Look at the first loss, and at the loss on a few images after many steps.",
    points=2,
    help=(
        """How far from ln K may a right loss be, and how small does a right program make the loss
        of a few images? There are 5 to 20 classes. How many images do you memorise, in how many
        steps?""",
        "Which loss has a program whose scores are large before the first step?",
        """This program learns, but the number that it calls the loss is no cross-entropy. On which
        side of ln K is its first loss?""",
        """A loss that falls a little is not enough: the last bias alone can do that. Which loss on
        a few images says that each of them is known?""",
        """Do you make the steps with `program.lr`? With a rate that is too large the loss may
        become nan, and each comparison with nan is False.""",
    ),
    hints="""
    `program.step(program.x, program.t, 0)` changes nothing and returns the loss.

    Make about 150 steps on the same 32 images with `program.lr`, and keep the loss of the last one.

    Return whether the first loss is near `np.log(program.classes)` **and** the last one near 0.
    """,
    mistakes=slips("""
return bool(end < 0.2)
    You do not look at the first loss. What should it be for K classes?
return bool(near)
    You find what the first loss shows, and nothing else. Which faults show only in steps on
    several images?
near = start - guess < 0.4
    You reject a first loss that is too large, and accept one that is too small. What does a loss
    below ln K say before any training?
guess = np.log(10)
    Your limit for the first loss belongs to ten classes. How many has this program?
lr = 0.3
    A rate of the author's that is too large passes your test. Do you make the steps with
    `program.lr`, and which loss may they end at?
few = slice(None)
    You reject right programs. Their first loss is near ln K, and many steps on a few images bring
    it near 0. How many images and steps do you take, and which limits? All images need many more
    steps than a program makes here.
return bool(near and end < start)
    For you it is enough that the loss falls. It falls without learning, too: the last bias can make
    frequent labels more probable.
return bool(near or end < 0.2)
    For you it is enough that a program passes one of the two tests. It has to pass both.
return bool(near and not end > 0.2)
    You accept a program whose loss becomes nan, because nan > 0.2 is False. In which direction do
    you have to compare?
"""),
)
