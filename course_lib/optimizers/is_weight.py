"""Which parameters are weights; penalties and weight decay apply only to these."""

from course_lib.parameter import Parameter


def is_weight(p: Parameter) -> bool:
    """Whether a parameter multiplies inputs, as matrices and convolution filters do.

    Those have two axes or more. Biases, gamma and beta are vectors; they are never penalised.

    Parameters
    ----------
    p : any parameter
    """
    return len(p.data.shape) >= 2
