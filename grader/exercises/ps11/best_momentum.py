"""``best_momentum(curvatures) -> (lr, mu)``: the rate and momentum that converge fastest."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values


def best_momentum(curvatures):
    a, b = np.sqrt(np.max(curvatures)), np.sqrt(np.min(curvatures))
    lr = (2 / (a + b)) ** 2
    mu = ((a - b) / (a + b)) ** 2
    return lr, mu


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def drawn(about: str, *ranges: tuple[float, float]) -> Case:
        return case(about, curvatures=np.array([rng.uniform(*limits) for limits in ranges]))

    return {
        "different curvatures": [
            drawn("two curvatures", (0.4, 0.8), (6.0, 12.0)),
            drawn("many, in no order", (2.0, 3.0), (0.3, 0.5), (15.0, 30.0), (5.0, 7.0), (1, 1.5)),
            drawn("a large condition number", (300.0, 500.0), (0.2, 0.3), (20.0, 40.0)),
        ],
        "one curvature: 1/λ and no momentum": [drawn("", (2.5, 6.0))],
    }


exercise = function(
    best_momentum,
    returns="lr, mu",
    points=2,
    cases=cases,
    judge=[
        values("lr", weight=3, cases="different curvatures", title="the rate"),
        values("mu", weight=6, cases="different curvatures", title="the momentum"),
        # The best rate without momentum would satisfy it.
        values(
            "lr",
            "mu",
            cases="one curvature: 1/λ and no momentum",
            alone=False,
            help="With a single curvature, one plain step can reach the minimum. At which rate?",
        ),
    ],
    form=(shapes("lr", "mu"), unchanged_inputs()),
    answers=("course_lib.descent",),
    hints=(
        "At the best place two borders cross: the flattest direction has lr·λ = (1 − √mu)², the "
        "steepest has lr·λ = (1 + √mu)². Take the square root of both equations.",
        "Then add them, and mu drops out. With the rate known, subtract them.",
        "A smaller example: the curvatures 1 and 9 give √lr·1 = 1 − √mu and √lr·3 = 1 + √mu. Their "
        "sum is 4·√lr = 2, so lr = 1/4, and then √mu = 1/2, mu = 1/4.",
    ),
    mistakes=slips("""
lr = 2 / (a**2 + b**2)
mu = 0.0
    This is the best rate without momentum. With momentum both borders, (1 − √mu)² and (1 + √mu)²,
    move with mu.
lr = 2 / (a**2 + b**2)
    Your rate is the best one of plain descent. With momentum the steepest direction may have lr·λ
    up to (1 + √mu)².
lr = 2 / (a + b)
    Your two equations have √lr, so 2 / (√λmax + √λmin) is the root of the rate.
lr = 4 / (a**2 + b**2)
    You square before you add. √lr·√λmin + √lr·√λmax = 2 holds for the roots, so add the roots
    first.
lr = 1 / a**2
    Your rate uses only the largest curvature. The flattest direction has to get lr·λ = (1 − √mu)².
lr = 2 / a**2
    This is the largest stable rate of plain descent. Which rate makes both borders cross?
lr = (2 * b / (a + b)) ** 2 / a**2
    Your rate is (1 − √mu)²/λmax. Which of the two curvatures belongs to (1 − √mu)²?
lr = 2 * a / (a + b) / a**2
    Your rate is (1 + √mu)/λmax. The border is lr·λmax = (1 + √mu)².
lr = 2 * (1 + ((a - b) / (a + b)) ** 2) / a**2
    This is the largest stable rate at this momentum. There one root is −1, and nothing converges.
    Where do the complex roots of the steepest direction end?
lr = 2 / (a + b) ** 2
    In (2 / (√λmax + √λmin))² the 2 is squared as well.
lr = (1 / (a + b)) ** 2
    Add √lr·√λmin = 1 − √mu and √lr·√λmax = 1 + √mu again: what stands on the right side?
lr = 1 / (a * b)
    You take the geometric mean of 1/λmax and 1/λmin. At that rate lr·λmax is √κ. Is it
    (1 + √mu)²?
mu = (a - b) / (a + b)
    This is √mu, the factor by which the distance shrinks at each step. mu itself is asked.
mu = ((a**2 - b**2) / (a**2 + b**2)) ** 2
    Your mu contains the curvatures themselves. From the two equations follow their square roots.
mu = (a**2 - b**2) / (a**2 + b**2)
    This is the best factor of plain descent, (κ − 1)/(κ + 1). With momentum κ is replaced by its
    root, and mu is the square of the factor.
mu = ((a - 1) / (a + 1)) ** 2
    You take √λmax as the root of the condition number. That holds only if the smallest curvature
    is 1.
mu = (1 - b / a) ** 2
    You divide by √λmax. Insert the rate into √mu = 1 − √lr·√λmin: what stands below the fraction?
mu = 0.9
    Your momentum is always 0.9. Which value is best depends on the curvatures.
a, b = np.max(curvatures), np.min(curvatures)
    Your formulas have the curvatures where their square roots belong.
a, b = np.sqrt(curvatures[-1]), np.sqrt(curvatures[0])
    You take the last and the first curvature. They come in any order. Which two of them decide?
a, b = np.sqrt(curvatures[0]), np.sqrt(curvatures[1 % len(curvatures)])
    You take the first two curvatures. There may be many, in any order. Which two decide?
a, b = np.sqrt(np.max(curvatures)), np.sqrt(np.mean(curvatures))
    You use the mean of the curvatures. The flattest direction is the slowest one, so it decides.
a, b = np.sqrt(np.max(curvatures)), 1.0
    You take 1 as the smallest curvature. That holds for the valley of the notebook only.
return mu, lr
    The two results are exchanged: return lr, mu.
"""),
)
