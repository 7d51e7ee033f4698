"""Augmentation: random changes of images that keep their labels correct.

Images are (N, C, H, W), or lists of (C, H, W); the random numbers are drawn for every image
separately. Functions that move or erase whole pixels accept any data type; functions that
interpolate need floating point. `mixup` differs: it mixes a batch with itself, and changes the
targets as well.

`fit` applies one to each minibatch:
``fit(…, augment=lambda images, rng: translate(images, 2, rng))``.
"""

from course_lib.augmentation.geometric import random_crop as random_crop
from course_lib.augmentation.geometric import random_scale as random_scale
from course_lib.augmentation.geometric import rotate as rotate
from course_lib.augmentation.geometric import shear as shear
from course_lib.augmentation.mixup import mixup as mixup
from course_lib.augmentation.sampling import sample as sample
from course_lib.augmentation.whole_pixels import cutout as cutout
from course_lib.augmentation.whole_pixels import horizontal_flip as horizontal_flip
from course_lib.augmentation.whole_pixels import translate as translate
