"""Augmentation: images changed in ways that leave their labels true.

Images are (N, H, W, C), or lists of (H, W, C); every image gets draws of its own. Functions that
move whole pixels keep any data type; those that interpolate want floating point.

In training, `fit` hands over and takes back (N, H, W, C) whatever the layers use:
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
