"""The names of the faults and of the measurements, as a diagnosis writes them."""

FAULTS = (
    "healthy",
    "learning rate too low",
    "learning rate too high",
    "initial weights too large",
    "initial weights all zero",
    "first layer frozen",
    "gradients not reset",
    "softmax applied twice",
    "ReLU mask missing",
    "gradient of the sum",
    "labels shuffled",
    "images mirrored",
    "dropout left on",
    "mean of its own batch",
    "validation scaled twice",
    "training images in validation",
)

MEASUREMENTS = (
    "first loss",
    "last loss",
    "gradient error",
    "smallest update ratio",
    "largest update ratio",
    "growth of the updates",
    "memorises 20 images",
    "foreign images",
    "wrong labels",
    "one image twice",
    "alone and in a batch",
    "logged minus recomputed accuracy",
    "validation minus new accuracy",
)
