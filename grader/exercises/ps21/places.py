"""``places(change, amount, H, W) -> (rows, columns)``: where pixels of a changed image are read.

Rotation, shear and stretching are given by where a point goes, so they have to be inverted. The
lens is given by where a point comes from.
"""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    mistake,
    shapes,
    slip,
    slips,
    step,
    unchanged_inputs,
    values,
)


def places(change, amount, H, W):
    r, c = np.mgrid[:H, :W] - np.reshape([(H - 1) / 2, (W - 1) / 2], (2, 1, 1))
    square = (r**2 + c**2) / (H / 2) ** 2
    a = np.radians(amount)
    slid, wide, far = c, 1.0, 1.0
    if change == "shift":
        slid = c - amount
    if change == "rotation":
        old_r, old_c = r * np.cos(a) + c * np.sin(a), c * np.cos(a) - r * np.sin(a)
        r, slid = old_r, old_c
    if change == "shear":
        slid = c - amount * r
    if change == "stretch":
        wide = 1 / amount
    if change == "lens":
        far = 1 + amount * square
    rows, columns = np.broadcast_arrays(far * r + (H - 1) / 2, far * wide * slid + (W - 1) / 2)
    return rows, columns


SHIFT, ROTATION, SHEAR = "a shift comes from the left", "a rotation is inverted", "a shear, too"
STRETCH, LENS = "a stretch, too", "a lens says where it comes from"
GROUPS = {"shift": SHIFT, "rotation": ROTATION, "shear": SHEAR, "stretch": STRETCH, "lens": LENS}
RANGES = {
    "shift": (0.4, 3.0),
    "rotation": (10.0, 80.0),
    "shear": (0.1, 0.9),
    "stretch": (1.1, 1.9),
    "lens": (0.1, 0.5),
}


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def of(change: str) -> list[Case]:
        low, high = RANGES[change]
        signs = np.array([1, -1, 1]).reshape(3, 1, 1) if change != "stretch" else 1
        several = rng.uniform(low, high, size=(3, 1, 1)) * signs
        if change == "rotation":
            several[2] += 90  # here the cosine is negative
        return [
            case(f"{change}: one amount", change=change, amount=rng.uniform(low, high), H=3, W=4),
            case(f"{change}: an amount for each image", change=change, amount=several, H=6, W=5),
        ]

    return {group: of(change) for change, group in GROUPS.items()}


def counted_from_the_corner(change, amount, H, W):
    """Your places count from the centre of the image. `sample` counts from the first pixel: add
    (H - 1)/2 and (W - 1)/2 again.
    """
    rows, columns = places(change, amount, H, W)
    return rows - (H - 1) / 2, columns - (W - 1) / 2


def new_row_in_the_second_line(change, amount, H, W):
    """Your rotation computes the new row first and uses it for the column. Compute both from the
    old r and c, in one line or with new names.
    """
    rows, columns = places(change, amount, H, W)
    if change == "rotation":
        a, c = np.radians(amount), np.arange(W)
        columns = (c - (W - 1) / 2) * np.cos(a) - (rows - (H - 1) / 2) * np.sin(a) + (W - 1) / 2
    return rows, columns


def exchanged(change, amount, H, W):
    """You return columns and rows in the wrong order: the rows come first."""
    rows, columns = places(change, amount, H, W)
    return columns, rows


exercise = function(
    places,
    returns="rows, columns",
    points=4,
    cases=cases,
    judge=[
        values(
            cases=SHIFT,
            alone=False,
            help="""This branch was given: the pixel at column c comes from column c - amount.""",
        ),
        values(
            weight=6,
            cases=ROTATION,
            help="""Which point (r', c') goes to (r, c)? Solve the two equations for r' and c', or
            rotate by the angle -a. Which unit does `np.cos` expect?""",
        ),
        values(
            weight=4,
            cases=SHEAR,
            help="""A point (r', c') goes to (r', c' + amount·r'). So r' = r. What is c'?""",
        ),
        values(
            cases=STRETCH,
            alone=False,
            help="""This branch was given: the pixel at column c comes from column c / amount.""",
        ),
        values(
            weight=4,
            cases=LENS,
            help="""The text says from which distance a pixel comes. So nothing has to be inverted:
            by which factor do both r and c grow?""",
        ),
    ],
    form=(shapes(), unchanged_inputs()),
    answers=(
        "grader.exercises.ps21.places",
        "course_lib.augmentation.geometric",
    ),
    hints=(
        step(
            "Test a rotation by 90 degrees on paper: r' = c and c' = -r. A pixel right of the "
            "centre comes from below it, because a counterclockwise rotation takes it up.",
            ROTATION,
        ),
        step(
            "Where does the pixel at (r, c) go under the change, and where does it come from? For "
            "a shear and a stretch one of the two has a minus or a division.",
            SHEAR,
            STRETCH,
        ),
        "With r and c counted from the centre: rotation r·cos a + c·sin a and c·cos a - r·sin a; "
        "shear c - amount·r; stretch c/amount; lens r and c times 1 + amount·ρ².",
        "A smaller example: the pixel at r = 2, c = 3. A shear of 0.5 reads it at c = 2, a stretch "
        "by 1.5 at c = 2. A lens of 0.1 with ρ² = 1 reads r = 2.2, c = 3.3.",
    ),
    mistakes=(
        slip(
            "c - amount * r",
            "c + amount * r",
            "The shear has the wrong direction: it is where a pixel goes, not where it comes from.",
        ),
        slip(
            "slid = c - amount * r",
            "r = r - amount * c",
            "You slide columns up and down. A shear slides the rows sideways, so the row stays.",
        ),
        *slips("""
old_r, old_c = r * np.cos(a) - c * np.sin(a), c * np.cos(a) + r * np.sin(a)
    The rotation has the wrong direction: this is where the pixel goes, not where it comes from.
a = amount
    The amount of a rotation is in degrees, and `np.cos` expects radians.
old_r, old_c = c * np.cos(a) - r * np.sin(a), r * np.cos(a) + c * np.sin(a)
    Rows and columns of the rotated place are exchanged.
old_r, old_c = r * np.cos(a) + c * np.sin(a), c * np.cos(a) + r * np.sin(a)
    Both sines have the same sign, so the image is distorted. In a rotation they have opposite ones.
wide = amount
    The image becomes narrower, not wider. From which column does a pixel of the wider image come?
far = 1 / (1 + amount * square)
    You have inverted the lens. Its formula says already where the pixel comes from.
far = 1 + amount * np.sqrt(square)
    The factor of the lens has the square of the distance, not the distance.
far = 1 - amount * square
    The lens has the wrong sign: the pixel comes from further outside.
far = amount * square
    The factor of the lens lacks the 1: without a lens, every pixel should come from its own place.
"""),
        mistake(counted_from_the_corner),
        slip(
            "r, slid = old_r, old_c",
            "pass",
            "A rotation changes nothing. Is there a branch for it, and does it set r and c?",
        ),
        slip(
            "slid = c - amount * r",
            "pass",
            "A shear changes nothing. Is there a branch for it, and does it set c?",
        ),
        slip(
            "far = 1 + amount * square",
            "pass",
            "A lens changes nothing. Is there a branch for it, and does it set r and c?",
        ),
        slip(
            "far * r + (H - 1) / 2",
            "r + (H - 1) / 2",
            "Your lens changes the columns alone. A place at the same angle, but further out, has "
            "another row, too.",
        ),
        slip(
            "wide = 1 / amount",
            "far = 1 / amount",
            "You stretch both directions. Only the width changes.",
        ),
        slip(
            "wide = 1 / amount",
            "r = r / amount",
            "You stretch the height. The width should change.",
        ),
        mistake(exchanged),
        mistake(new_row_in_the_second_line),
    ),
)
