"""Augmentation: random changes of images that keep their labels correct.

Images are (N, H, W, C), or lists of (H, W, C); the random numbers are drawn for every image
separately. Functions that move whole pixels accept any data type; functions that interpolate need
floating point.

`fit` passes images as (N, H, W, C) to the augmentation, also if its layers use (N, C, H, W):
``fit(…, augment=lambda images, rng: translate(images, 2, rng))``.
"""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.augmentation.crops import random_crop as random_crop
    from course_lib.augmentation.flips import horizontal_flip as horizontal_flip
    from course_lib.augmentation.rotation import rotate as rotate
    from course_lib.augmentation.scales import random_scale as random_scale
    from course_lib.augmentation.shearing import shear as shear
    from course_lib.augmentation.shifts import translate as translate
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "crops": ["random_crop"],
            "flips": ["horizontal_flip"],
            "rotation": ["rotate"],
            "scales": ["random_scale"],
            "shearing": ["shear"],
            "shifts": ["translate"],
        },
    )
