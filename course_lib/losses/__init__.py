"""Losses: each returns its value and its gradient; sum over outputs, mean over samples."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.losses.absolute import mean_absolute_error as mean_absolute_error
    from course_lib.losses.alignment import soft_dtw as soft_dtw
    from course_lib.losses.contrastive import contrastive_loss as contrastive_loss
    from course_lib.losses.cross_entropy import softmax_cross_entropy as softmax_cross_entropy
    from course_lib.losses.divergence import kl_divergence as kl_divergence
    from course_lib.losses.hinge import binary_hinge as binary_hinge
    from course_lib.losses.likelihood import nll_loss as nll_loss
    from course_lib.losses.logistic import bce_with_logits as bce_with_logits
    from course_lib.losses.multiclass import multiclass_hinge as multiclass_hinge
    from course_lib.losses.noise_contrastive import info_nce as info_nce
    from course_lib.losses.perceptron import perceptron_loss as perceptron_loss
    from course_lib.losses.robust import huber as huber
    from course_lib.losses.square import squared_error as squared_error
    from course_lib.losses.triplet import triplet_loss as triplet_loss
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "absolute": ["mean_absolute_error"],
            "alignment": ["soft_dtw"],
            "contrastive": ["contrastive_loss"],
            "cross_entropy": ["softmax_cross_entropy"],
            "divergence": ["kl_divergence"],
            "hinge": ["binary_hinge"],
            "likelihood": ["nll_loss"],
            "logistic": ["bce_with_logits"],
            "multiclass": ["multiclass_hinge"],
            "noise_contrastive": ["info_nce"],
            "perceptron": ["perceptron_loss"],
            "robust": ["huber"],
            "square": ["squared_error"],
            "triplet": ["triplet_loss"],
        },
    )
