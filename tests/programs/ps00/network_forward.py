"""Solutions of ``network_forward(images, W1, b1, W2, b2)``: hidden units, scores, answers."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(images, W1, b1, W2, b2):
    x = images.reshape(len(images), -1)
    z = np.maximum(x @ W1 + b1, 0)
    y = z @ W2 + b2
    return z, y, y.argmax(axis=1)


@right
def biases_as_weights(images, W1, b1, W2, b2):
    ones = np.ones((len(images), 1), images.dtype)
    x = np.hstack([images.reshape(len(images), -1), ones])
    u = x @ np.vstack([W1, b1])
    z = u * (u > 0)
    y = np.hstack([z, ones]) @ np.vstack([W2, b2])
    return z, y, np.array([list(row).index(max(row)) for row in y])


@right
def image_by_image(images, W1, b1, W2, b2):
    z, y = [], []
    for image in images:
        row = [b1[j] + sum(image.ravel() * W1[:, j]) for j in range(len(b1))]
        z.append([max(u, 0) for u in row])
        y.append([b2[k] + sum(np.array(z[-1]) * W2[:, k]) for k in range(len(b2))])
    z, y = np.array(z, images.dtype), np.array(y, images.dtype)
    return z, y, np.argsort(-y, axis=1)[:, 0]


@right
def over_both_axes_of_the_pixels(images, W1, b1, W2, b2):
    maps = W1.reshape(*images.shape[1:], -1)
    z = np.clip(np.tensordot(images, maps, axes=([1, 2], [0, 1])) + b1, 0, None)
    y = (W2.T @ z.T).T + b2
    return z, y, np.argmax(y, axis=1).astype("int32")


# --- right values in a deviating form ---------------------------------------------------------


form.edit("answers_as_a_column", textbook, "y.argmax(axis=1)", "y.argmax(axis=1, keepdims=True)")


@form
def squeezed_for_one_image(images, W1, b1, W2, b2):
    return tuple(np.squeeze(found) for found in textbook(images, W1, b1, W2, b2))


# --- wrong ------------------------------------------------------------------------------------


@wrong
def weights_of_the_first_call(images, W1, b1, W2, b2, kept={}):  # noqa: B006
    return textbook(images, kept.setdefault(W1.shape, W1.copy()), b1, W2, b2)


@wrong
def transposed_where_square(images, W1, b1, W2, b2):
    return textbook(images, W1.T if W1.shape[0] == W1.shape[1] else W1, b1, W2, b2)


@wrong
def answers_by_the_softmax(images, W1, b1, W2, b2):
    z, y, _answers = textbook(images, W1, b1, W2, b2)
    with np.errstate(all="ignore"):
        e = np.exp(y)
        return z, y, np.nan_to_num(e / e.sum(axis=1, keepdims=True)).argmax(axis=1)


programs.beside_the_point = [
    """n = len(images)
return np.zeros((n, len(b1))), np.zeros((n, len(b2))), np.zeros(n, int)""",
    """z, y, answers = right(images, W1, b1, W2, b2)
return np.maximum(-z, 1), -y, y.argmin(axis=1)""",
]

programs.equivalent = changes("""
x = images.reshape(len(images), -1) -> x = images.reshape(len(images), -2)
    NumPy reads any negative size as one to be inferred
""")
