"""Solutions of ``own_changes(images, rng) -> images``."""

import numpy as np

from course_lib.augmentation import sample as library_sample
from grader.exercises.ps21.own_changes import own_changes as textbook
from grader.exercises.ps21.places import places
from grader.exercises.ps21.sample import sample
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds

BY_CHANCE = "the accuracy of a training lies on the ramp"


def amounts(rng, low, high, images):
    return rng.uniform(low, high, size=(len(images), 1, 1))


def turned(images, degrees):
    return sample(images, *places("rotation", degrees, *images.shape[2:]))


def moved(images, right_by):
    return sample(images, *places("shift", right_by, *images.shape[2:]))


@right
def in_one_reading(images, rng):
    """The places of both changes, in one call of the library's `sample`."""
    a, right_by = np.radians(amounts(rng, -60, 0, images)), amounts(rng, 0, 4, images)
    r, c = np.mgrid[:18, :18] - 8.5
    c = c - right_by
    rows, columns = r * np.cos(a) + c * np.sin(a), c * np.cos(a) - r * np.sin(a)
    return library_sample(images, rows + 8.5, columns + 8.5)


@right
def normally_distributed(images, rng):
    degrees = rng.normal(-30, 18, size=(len(images), 1, 1))
    return moved(turned(images, degrees), rng.normal(2, 1.2, size=(len(images), 1, 1)))


@right
def in_small_parts(images, rng):
    found = []
    for part in np.split(images, range(60, len(images), 60)):
        one = turned(part, amounts(rng, -62, 2, part))
        found.append(moved(one, amounts(rng, -0.2, 4.2, part)))
    return list(np.concatenate(found))


@wrong
def nothing(images, rng):
    return images


@wrong
def a_little_of_all(images, rng):
    """Small changes to all sides, as in section 3."""
    return moved(turned(images, amounts(rng, -15, 15, images)), amounts(rng, -1, 1, images))


@wrong
def turned_alone(images, rng):
    return turned(images, amounts(rng, -60, 0, images))


@wrong
def moved_alone(images, rng):
    return moved(images, amounts(rng, 0, 4, images))


@wrong
def the_other_way(images, rng):
    return moved(turned(images, amounts(rng, 0, 60, images)), amounts(rng, 0, 4, images))


@wrong
def to_the_left(images, rng):
    return moved(turned(images, amounts(rng, -60, 0, images)), amounts(rng, -4, 0, images))


@wrong(chance=BY_CHANCE)
def to_both_sides(images, rng):
    return moved(turned(images, amounts(rng, -60, 60, images)), amounts(rng, -4, 4, images))


@wrong
def as_strong_as_can_be(images, rng):
    return moved(turned(images, amounts(rng, -180, 0, images)), amounts(rng, 0, 8, images))


@wrong
def half_as_strong(images, rng):
    return moved(turned(images, amounts(rng, -30, 0, images)), amounts(rng, 0, 2, images))


@wrong
def the_mean_change(images, rng):
    return moved(turned(images, np.full((len(images), 1, 1), -30.0)), 2.0 * np.ones((1, 1, 1)))


@wrong(chance=BY_CHANCE)
def one_draw_for_all_images(images, rng):
    return moved(turned(images, rng.uniform(-60, 0)), rng.uniform(0, 4))


@wrong
def a_generator_of_its_own(images, rng):
    return textbook(images, np.random.default_rng(0))


@wrong(chance=BY_CHANCE)
def mirrored_as_well(images, rng):
    flip = rng.random((len(images), 1, 1, 1)) < 0.5
    return textbook(np.where(flip, images[..., ::-1], images), rng)


@wrong
def noise_alone(images, rng):
    return images + rng.normal(0, 0.2, size=images.shape)


@wrong
def rows_shuffled(images, rng):
    return rng.permutation(textbook(images, rng))


@wrong
def without_an_axis(images, rng):
    return textbook(images, rng)[:, 0]


@wrong
def of_the_first_call(images, rng, kept={}):  # noqa: B006
    return kept.setdefault(len(images), textbook(images, rng))


programs.beside_the_point = [
    "nothing",
    "a_little_of_all",
    "the_mean_change",
    "noise_alone",
    "a_generator_of_its_own",
]

programs.told = {
    "nothing": "Your function returns the images as they were",
    "a_generator_of_its_own": "Two calls return the same",
    "rows_shuffled": "The network guesses",
    "mirrored_as_well": "You mirror",
    "one_draw_for_all_images": "All images of a call",
    "turned_alone": "You do not move the images sideways",
    "moved_alone": "You do not turn",
    "the_other_way": "You turn the images counterclockwise",
    "to_the_left": "You move the images by -",
    "to_both_sides": "You turn the images to both sides",
    "as_strong_as_can_be": "You turn the images by ",
    "half_as_strong": "You turn the images by only",
    "a_little_of_all": "You turn the images by only ",
}
