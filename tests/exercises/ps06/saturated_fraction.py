"""Programs for ``saturated_fraction``."""

import numpy as np


def mean_of_a_mask(z, low, high):
    return np.mean((z <= low) | (z >= high))


def strict(z, low, high):
    return float(((z < low) | (z > high)).mean())


def two_counts(z, low, high):
    return (np.sum(z <= low) + np.sum(z >= high)) / z.size


def one_minus_the_middle(z, low, high):
    return 1 - np.count_nonzero((z > low) & (z < high)) / z.size


def clipped(z, low, high):
    return np.mean(np.clip(z, low, high) != z)


def distance_from_the_middle(z, low, high):
    return np.array(np.abs(z - (low + high) / 2) > (high - low) / 2).mean()


def logical_or(z, low, high):
    return np.logical_or(z < low, z > high).sum() / np.prod(z.shape)


def number_by_number(z, low, high):
    count = 0
    for row in z:
        for value in row:
            if value <= low or value >= high:
                count += 1
    return count / (z.shape[0] * z.shape[1])


def mean_of_column_means(z, low, high):
    return np.mean([np.mean((column <= low) | (column >= high)) for column in z.T])


def by_histogram(z, low, high):
    counts, _ = np.histogram(z, bins=[-np.inf, low, high, np.inf])
    return np.array([(counts[0] + counts[2]) / counts.sum()])


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        mean_of_a_mask,
        strict,
        two_counts,
        one_minus_the_middle,
        clipped,
        distance_from_the_middle,
        logical_or,
        number_by_number,
        mean_of_column_means,
        by_histogram,
    )
]


def sorts_its_input(z, low, high):
    share = mean_of_a_mask(z, low, high)
    z[...] = np.sort(z.ravel()).reshape(z.shape) + 1
    return share


DRESSED = [("sorts_its_input", (sorts_its_input,))]


def first_row(z, low, high):
    return np.mean((z[0] <= low) | (z[0] >= high))


def twice(z, low, high):
    return 2 * np.mean(z <= low)


def larger_end(z, low, high):
    return max(np.mean(z <= low), np.mean(z >= high))


def by_slope(z, low, high):
    return np.mean(z * (1 - z) <= low * (1 - low))


def by_row(z, low, high):
    return np.mean((z <= low) | (z >= high), axis=1)


def of_the_middle(z, low, high):
    return np.sum((z <= low) | (z >= high)) / np.sum((z > low) & (z < high))


def rounded(z, low, high):
    return round(float(mean_of_a_mask(z, low, high)))


WRONG = [
    (f.__name__, (f,))
    for f in (first_row, twice, larger_end, by_slope, by_row, of_the_middle, rounded)
]
