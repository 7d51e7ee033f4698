"""``worth_training(program) -> bool``: tests before a long training, judged on hidden faults."""

import numpy as np

from course_lessons.unknown_program import CALLS, FAULTS, UnknownProgram, random_program
from grader.checking.contract import hidden_faults, slips


def worth_training(program):
    few = slice(32)
    steps = 150
    x, t = program.x[few], program.t[few]
    start = program.loss(program.x, program.t)
    guess = np.log(program.classes)
    near = abs(start - guess) < 0.4
    agree, h, before = True, 1e-6, program.loss(x, t)
    pairs = list(zip(program.parameters, program.gradients(x, t), strict=True))
    for p, gradient in pairs:
        p -= h * gradient
        fall = (before - program.loss(x, t)) / h
        p += h * gradient
        square = np.sum(gradient**2)
        agree = agree and abs(fall - square) <= 0.05 * square + 1e-8
    for _ in range(steps):
        program.step(x, t)
    end = program.loss(x, t)
    return bool(near and agree and end < 0.2)


exercise = hidden_faults(
    worth_training,
    unknown=UnknownProgram,
    thing="program",
    faults=FAULTS,
    draw=random_program,
    pairs=4,  # for each fault, both kinds twice
    budget=CALLS,
    computes="steps, losses and gradients",
    compare="Look at the first loss, at the gradients, and at the loss after many steps.",
    points=3,
    weights=(2, 2, 2, 2, 5),
    help=(
        """How far from ln K may a right loss be, and how small does a right program make the loss
        of a few images? There are 5 to 20 classes. How many images do you memorise, in how many
        steps? And a right gradient agrees only up to the error of your measurement.""",
        "Which loss has a program whose scores are large before the first step?",
        """This program learns, but the number that it calls the loss is no cross-entropy. On which
        side of ln K is its first loss?""",
        """A loss that falls a little is not enough: the last bias alone can do that. Which loss on
        a few images says that each of them is known?""",
        """With a rate that is too large the loss may become nan, and each comparison with nan is
        False.""",
        """This program memorises a few images with a wrong gradient. How much do the losses of two
        shifted copies of an array differ, and how much should they, by the gradient? Compare each
        of the arrays for itself: a large one hides what is wrong with a small one.""",
    ),
    hints="""
    The first loss should be near `np.log(program.classes)`, and that of 32 images after 150 steps
    near 0.

    For an array p with the gradient g, draw a direction d of its shape. The loss at p + h d minus
    the loss at p − h d, divided by 2 h, is the derivative along d. By the gradient it should be
    `np.sum(g * d)`.

    Compare each array for itself, and accept only if all of the tests pass.
    """,
    mistakes=slips("""
return bool(agree and end < 0.2)
    You do not look at the first loss. What should it be for K classes?
return bool(near)
    You find what the first loss shows, and nothing else. Which faults show only in the gradients,
    or in many steps?
return bool(near and agree)
    You do not look at a loss after many steps. With which rate, and with which units, is nothing
    learnt?
return bool(near and end < 0.2)
    You do not compare the gradients. Section 4 has a program with a wrong gradient that memorises.
pairs = list(zip(program.parameters[-1:], program.gradients(x, t)[-1:], strict=True))
    A wrong gradient of the first arrays passes. Which gradients have gone back through the ReLU?
    Compare each array for itself, up to much less than 50 %.
guess = np.log(10)
    Your limit for the first loss belongs to ten classes. How many has this program?
few = slice(None)
    You reject right programs. Their first loss is near ln K, and many steps on a few images bring
    it near 0. How many images and steps do you take, and which limits? All images need many more
    steps than a program makes here.
return bool(near and agree and end < start)
    For you it is enough that the loss falls. It falls without learning, too: the last bias can make
    frequent labels more probable.
return bool(near or agree or end < 0.2)
    For you it is enough that a program passes one of the tests. It has to pass each.
return bool(near and agree and not end > 0.2)
    You accept a program whose loss becomes nan, because nan > 0.2 is False. In which direction do
    you have to compare?
"""),
)
