"""Solutions of ``dropout_forward(x, drop_prob, rng, *, training) -> (y, cache)``, inverted."""

import functools
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(x, drop_prob, rng, *, training):
    if not training:
        return x.copy(), None
    mask = (rng.random(x.shape) >= drop_prob).astype(x.dtype) / (1 - drop_prob)
    return x * mask.astype(x.dtype), mask.astype(x.dtype)


@put(RIGHT)
def kept_if_below_keep(x, drop_prob, rng, *, training=True):
    keep = 1 - drop_prob
    if training:
        mask = rng.random(size=x.shape) < keep
        return np.where(mask, x / keep, 0).astype(x.dtype), {"mask": mask, "keep": keep}
    return np.array(x), {"mask": None, "keep": 1}


@put(RIGHT)
def binomial(x, drop_prob, rng, *, training):
    if not training:
        return x * 1, np.ones_like(x)
    scale = rng.binomial(1, 1 - drop_prob, size=x.shape).astype(x.dtype)
    scale /= 1 - drop_prob
    return x * scale, scale


@put(RIGHT)
def uniform_then_zeroed(x, drop_prob, rng, *, training):
    y = x.copy()
    if training:
        dropped = rng.uniform(0, 1, x.shape) < drop_prob
        y[dropped] = 0
        y /= 1 - drop_prob
        return y, (dropped, drop_prob)
    return y, (np.zeros(x.shape, dtype=bool), 0)


@put(RIGHT)
def choice(x, drop_prob, rng, *, training):
    if not training or drop_prob == 0:
        return x.copy(), None
    factors = np.array([0, 1 / (1 - drop_prob)], dtype=x.dtype)
    mask = rng.choice(factors, size=x.shape, p=[drop_prob, 1 - drop_prob])
    return mask * x, mask


@put(RIGHT)
def entry_by_entry(x, drop_prob, rng, *, training):
    y = np.zeros_like(x)
    for index, value in np.ndenumerate(x):
        if not training:
            y[index] = value
        elif rng.random() > drop_prob:
            y[index] = value / (1 - drop_prob)
    return y, None


@put(RIGHT)
def columns_drawn_first(x, drop_prob, rng, *, training):
    # The draws go down the columns: another order of random numbers.
    if training:
        draws = rng.random(x.T.shape).T
        mask = (draws >= drop_prob) * (1 / (1 - drop_prob))
        return (x * mask).astype(x.dtype), mask
    return x + 0, 1.0


@put(RIGHT)
def single_precision_draws(x, drop_prob, rng, *, training):
    if training:
        mask = rng.random(x.shape, dtype=np.float32) > np.float32(drop_prob)
        return (x * mask / (1 - drop_prob)).astype(x.dtype), mask
    return x.copy(), np.ones(x.shape, dtype=bool)


@put(RIGHT)
def bits(x, drop_prob, rng, *, training):
    if not training:
        return np.copy(x), None
    threshold = round(drop_prob * 2**32)
    kept = rng.integers(0, 2**32, size=x.shape, dtype=np.uint64) >= threshold
    return np.multiply(x, kept) / (1 - drop_prob), kept


@put(RIGHT)
def waiting_times(x, drop_prob, rng, *, training, reverse=False):
    # Exponential waiting times: P(T < -log(1 - p)) = p.
    if not training:
        return x.copy(), None
    waiting = rng.exponential(size=x.shape)
    kept = waiting >= -np.log1p(-drop_prob)
    return (x * kept / (1 - drop_prob)).astype(x.dtype), kept


@put(RIGHT)
def recursive_over_rows(x, drop_prob, rng, *, training):
    if len(x) == 1 or not training:
        return textbook(x, drop_prob, rng, training=training)
    top, a = textbook(x[:1], drop_prob, rng, training=True)
    rest, b = recursive_over_rows(x[1:], drop_prob, rng, training=True)
    return np.vstack([top, rest]), np.vstack([a, b])


RIGHT["partially_applied"] = (functools.partial(waiting_times, reverse=True),)


@put(EITHER)
def input_itself_at_test_time(x, drop_prob, rng, *, training):
    # No new array in eval.
    return textbook(x, drop_prob, rng, training=True) if training else (x, None)


@put(EITHER)
def exact_number_dropped(x, drop_prob, rng, *, training):
    # Each entry is dropped with the right probability, but not independently.
    if not training:
        return x.copy(), None
    kept = np.ones(x.size, dtype=x.dtype)
    n = int(np.floor(drop_prob * x.size + rng.random()))
    kept[rng.permutation(x.size)[:n]] = 0
    kept = kept.reshape(x.shape)
    return (x * kept / (1 - drop_prob)).astype(x.dtype), kept


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(x, drop_prob, rng, *, training):  # lists
    y, cache = textbook(x, drop_prob, rng, training=training)
    return y.tolist(), cache


@put(FORM)
def in_place(x, drop_prob, rng, *, training):  # x is changed
    if not training:
        return x.copy(), None
    mask = (rng.random(x.shape) >= drop_prob) / (1 - drop_prob)
    y = (x * mask).astype(x.dtype)
    x *= 0
    return y, mask


@put(FORM)
def double_precision_mask(x, drop_prob, rng, *, training):  # float64 from float32
    if not training:
        return x.astype(float), None
    mask = (rng.random(x.shape) >= drop_prob) / (1 - drop_prob)
    return x * mask, mask


@put(FORM)
def leading_axis(x, drop_prob, rng, *, training):  # (1, N, D)
    y, cache = textbook(x, drop_prob, rng, training=training)
    return y[None], cache


# --- wrong ------------------------------------------------------------------------------------


def variant(x, drop_prob, rng, *, training, kept=None, scale=None, test=lambda x, p: x.copy()):
    """Dropout with places to go wrong."""
    if not training:
        return test(x, drop_prob), None
    draw = kept or (lambda shape, p: rng.random(shape) >= p)
    factor = (scale or (lambda p: 1 / (1 - p)))(drop_prob)
    mask = draw(x.shape, drop_prob) * factor
    return (x * mask).astype(x.dtype), mask


for name, spoilt in {
    "scaling_forgotten": {"scale": lambda p: 1.0},
    "scaled_at_test_time_too": {"test": lambda x, p: x * (1 - p)},
    "scaled_at_test_time_instead": {"scale": lambda p: 1.0, "test": lambda x, p: x * (1 - p)},
    "scaled_by_drop": {"scale": lambda p: 1 / p},
    "scaled_twice": {"scale": lambda p: 1 / (1 - p) ** 2},
    "scaled_by_keep": {"scale": lambda p: 1 - p},
    "scaled_by_the_root": {"scale": lambda p: (1 - p) ** -0.5},
    "scaled_by_one_plus_drop": {"scale": lambda p: 1 + p},
    "scaled_up_at_test_time": {"test": lambda x, p: x / (1 - p)},
    "scaled_for_one_half": {"scale": lambda p: 2.0},
    "zeros_at_test_time": {"test": lambda x, p: np.zeros_like(x)},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def keep_and_drop_exchanged(x, drop_prob, rng, *, training):
    # Right for one half.
    return variant(x, 1 - drop_prob, rng, training=training)


@put(WRONG)
def keep_and_drop_exchanged_in_the_mask_only(x, drop_prob, rng, *, training):
    return variant(x, drop_prob, rng, training=training, kept=lambda s, p: rng.random(s) < p)


@put(WRONG)
def normal_numbers(x, drop_prob, rng, *, training):
    return variant(
        x, drop_prob, rng, training=training, kept=lambda s, p: rng.standard_normal(s) >= p
    )


@put(WRONG)
def uniform_mask_not_thresholded(x, drop_prob, rng, *, training):
    return variant(x, drop_prob, rng, training=training, kept=lambda s, p: rng.random(s))


@put(WRONG)
def always_one_half(x, drop_prob, rng, *, training):
    return variant(x, drop_prob, rng, training=training, kept=lambda s, p: rng.random(s) >= 0.5)


@put(WRONG)
def whole_columns(x, drop_prob, rng, *, training):
    # One mask for all rows: each entry alone looks right; right for N = 1.
    return variant(x, drop_prob, rng, training=training, kept=lambda s, p: rng.random(s[1:]) >= p)


@put(WRONG)
def whole_rows(x, drop_prob, rng, *, training):
    return variant(
        x, drop_prob, rng, training=training, kept=lambda s, p: rng.random((s[0], 1)) >= p
    )


@put(WRONG)
def whole_batch(x, drop_prob, rng, *, training):
    return variant(x, drop_prob, rng, training=training, kept=lambda s, p: rng.random() >= p)


@put(WRONG)
def pairs_of_rows(x, drop_prob, rng, *, training):
    # Two neighbouring rows share their mask.
    def kept(shape, p):
        half = rng.random(((shape[0] + 1) // 2, *shape[1:])) >= p
        return np.repeat(half, 2, axis=0)[: shape[0]]

    return variant(x, drop_prob, rng, training=training, kept=kept)


@put(WRONG)
def same_mask_every_time(x, drop_prob, rng, *, training):
    # A generator of its own with a fixed seed; rng is not used.
    own = np.random.default_rng(0)
    return variant(x, drop_prob, own, training=training)


@put(WRONG)
def global_random_state(x, drop_prob, rng, *, training):
    # np.random in place of rng: not repeatable.
    return variant(
        x,
        drop_prob,
        rng,
        training=training,
        kept=lambda s, p: np.random.rand(*s) >= p,  # noqa: NPY002
    )


@put(WRONG)
def fresh_generator(x, drop_prob, rng, *, training):
    return variant(x, drop_prob, np.random.default_rng(), training=training)


@put(WRONG)
def mask_remembered_for_the_shape(x, drop_prob, rng, *, training, masks={}):  # noqa: B006
    if not training:
        return x.copy(), None
    key = (x.shape, drop_prob)
    if key not in masks:
        masks[key] = (rng.random(x.shape) >= drop_prob) / (1 - drop_prob)
    return (x * masks[key]).astype(x.dtype), masks[key]


@put(WRONG)
def random_at_test_time(x, drop_prob, rng, *, training):
    return variant(x, drop_prob, rng, training=True)


@put(WRONG)
def training_and_test_exchanged(x, drop_prob, rng, *, training):
    return variant(x, drop_prob, rng, training=not training)


@put(WRONG)
def nothing_dropped(x, drop_prob, rng, *, training):
    return x.copy(), np.ones_like(x)


@put(WRONG)
def expectation_in_place_of_a_draw(x, drop_prob, rng, *, training):
    # x (1 - p) / (1 - p): right on average.
    return x * ((1 - drop_prob) / (1 - drop_prob)), 1 - drop_prob


@put(WRONG)
def gaussian_noise(x, drop_prob, rng, *, training):
    # Gaussian dropout: mean and variance are right, nothing is zero.
    sigma = np.sqrt(drop_prob / (1 - drop_prob))
    return variant(
        x,
        drop_prob,
        rng,
        training=training,
        kept=lambda s, p: rng.normal(1, sigma, s),
        scale=lambda p: 1.0,
    )


@put(WRONG)
def smallest_entries_dropped(x, drop_prob, rng, *, training):
    if not training:
        return x.copy(), None
    kept = np.abs(x) >= np.quantile(np.abs(x), drop_prob)
    return x * kept / (1 - drop_prob), kept


@put(WRONG)
def rescaled_to_the_same_mean(x, drop_prob, rng, *, training):
    # Divides by the share that was really kept, not by its probability.
    if not training:
        return x.copy(), None
    kept = rng.random(x.shape) >= drop_prob
    return (x * kept / max(kept.mean(), 1e-3)).astype(x.dtype), kept


@put(WRONG)
def dropped_to_the_mean(x, drop_prob, rng, *, training):
    if not training:
        return x.copy(), None
    kept = rng.random(x.shape) >= drop_prob
    return np.where(kept, x / (1 - drop_prob), x.mean()).astype(x.dtype), kept


@put(WRONG)
def first_row_never_dropped(x, drop_prob, rng, *, training):
    y, cache = textbook(x, drop_prob, rng, training=training)
    y[0] = x[0]
    return y, cache


@put(WRONG)
def one_tenth_too_few(x, drop_prob, rng, *, training):
    # Drops with 0.9 p and scales for p.
    return variant(x, drop_prob, rng, training=training, kept=lambda s, p: rng.random(s) >= 0.9 * p)


@put(WRONG)
def every_second_dropped(x, drop_prob, rng, *, training):
    # No chance at all: a fixed pattern with the right share.
    if not training:
        return x.copy(), None
    kept = (np.arange(x.size) * (1 - drop_prob) % 1 < 1 - drop_prob).reshape(x.shape)
    return x * kept / (1 - drop_prob), kept


@put(WRONG)
def no_cache(x, drop_prob, rng, *, training):
    return textbook(x, drop_prob, rng, training=training)[0]


@put(WRONG)
def mask_returned(x, drop_prob, rng, *, training):
    y, mask = variant(x, drop_prob, rng, training=training)
    return mask if training else y, y


@put(WRONG)
def two_mistakes(x, drop_prob, rng, *, training):
    # Keep for drop, and no scaling.
    return variant(x, 1 - drop_prob, rng, training=training, scale=lambda p: 1.0)


@put(WRONG)
def nan_for_no_dropout(x, drop_prob, rng, *, training):
    # Wrong for drop_prob = 0 only: 0 / 0.
    if training and drop_prob == 0:
        return np.full_like(x, np.nan), None
    return textbook(x, drop_prob, rng, training=training)


more: Any = carried(RIGHT["textbook"], outputs=(0,), n=2)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
