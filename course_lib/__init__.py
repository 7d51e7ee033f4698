"""The parts of a neural network and its training: the library that the course builds.

Networks: `layers`, `models`, on the functions of `functional`.
Training: `losses`, `optimizers`, `schedules`, `regularizers`, `initializers`, `augmentation`,
`training`.
Data and devices: `datasets`, `preprocessing`, `backend`.
Looking inside: `gradient_check`, `graph`, `diagnostics`, `plots`.
Around training: `descent`, `symmetry`, `ensembles`, `search`.

Docstrings name the five lecture texts of the course as the notebooks do: S0 "Training of neural
networks – basics", S1 "Part II: Training", S2 "Training Neural Networks", S3 "Backpropagation and
Training", S4 "Neural networks (continued)".

Import from the part: ``from course_lib.layers import Linear``.
"""

from course_lib.op import Op as Op
from course_lib.parameter import Parameter as Parameter

__version__ = "0.2.0"  # of the course: pyproject.toml, the notebooks and releases take it from here
