"""Solutions of ``calibration_error(p, labels, n_bins) -> error``."""

from itertools import pairwise

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(p, labels, n_bins):
    confidence, correct = np.max(p, axis=1), np.argmax(p, axis=1) == labels
    edges, error = np.linspace(0, 1, n_bins + 1), 0.0
    for low, high in pairwise(edges):
        here = (confidence >= low) & ((confidence < high) | (high == 1))
        if here.any():
            error += np.mean(here) * abs(np.mean(correct[here]) - np.mean(confidence[here]))
    return error


@right
def by_bincount(p, labels, n_bins):
    confidence = p.max(axis=1)
    gaps = (p.argmax(axis=1) == labels) - confidence
    place = np.clip(np.floor(confidence * n_bins), 0, n_bins - 1).astype(int)
    return np.abs(np.bincount(place, weights=gaps)).sum() / len(p)


@right
def a_histogram_of_each(p, labels, n_bins):
    confidence = p.max(axis=1).astype(float)
    hits = confidence[np.argmax(p, axis=1) == labels]
    of_right, edges = np.histogram(hits, bins=n_bins, range=(0, 1))
    sure, _ = np.histogram(confidence, bins=edges, weights=confidence)
    return float(np.mean(np.abs(of_right - sure)) * n_bins / len(confidence))


@right
def sample_by_sample(p, labels, n_bins):
    gaps = {}
    for row, label in zip(p.tolist(), labels.tolist(), strict=True):
        sure = max(row)
        b = min(int(sure * n_bins), n_bins - 1)
        gaps[b] = gaps.get(b, 0.0) + (row.index(sure) == label) - sure
    return sum(map(abs, gaps.values())) / len(p)


# --- wrong ------------------------------------------------------------------------------------


@wrong
def bins_of_the_first_call(p, labels, n_bins, kept=[]):  # noqa: B006
    kept.append(n_bins)
    return textbook(p, labels, kept[0])


@wrong
def bins_with_their_right_end(p, labels, n_bins):
    confidence = p.max(axis=1)
    place = np.maximum(np.ceil(confidence * n_bins).astype(int) - 1, 0)
    gaps = np.bincount(place, (p.argmax(axis=1) == labels) - confidence)
    return np.abs(gaps).sum() / len(p)


programs.beside_the_point = [
    "return 0.0",
    "return float(1 - np.mean(p.argmax(axis=1) == labels))",
    "return float(np.mean(p.max(axis=1)))",
]

programs.equivalent = changes("""
gap = np.sum(right[inside]) - np.sum(confidence[inside]) -> gap = np.sum(confidence[inside]) - np.sum(right[inside])
    its size is added up
gaps = np.zeros(n_bins) -> gaps = np.ones(n_bins)
    every entry is overwritten
""")
