"""A course of one small notebook in which everything occurs that a page treats in its own way."""

SOURCE = '''# %% [markdown]
# # A small notebook
#
# Gradient descent takes steps from He's weights. See [momentum](../ps12/ps12_momentum.ipynb), which
# has no page here.

# %% setup=true
import matplotlib.pyplot as plt
import numpy as np

from course_lib.backend import choose_device
from course_lessons.figures import animation
from grader.checking import check, check_choice, guess, reveal

device = choose_device("cpu")

# %% [markdown]
# ## 1 A guess first
#
# How many steps?
#
# | | steps |
# |---|---|
# | here | ? |

# %% guess="the number of steps"
guess("small_steps", None)

# %% practice=true
reveal("small_steps", 41)

# %% practice=true fold="Draw the steps"
figure, axes = plt.subplots(figsize=(4, 2))
axes.plot([0, 41])
plt.show()

# %% [markdown] after="small_steps"
# *In words: a line that rises to forty-one.*
#
# The result is forty-one.

# %% practice=true fold="Play the steps" after=false
def draw(k):
    figure, axes = plt.subplots(figsize=(4, 2))
    axes.plot([0, k])
    return figure


animation(draw, range(3), alt="a line that rises")

# %% [markdown]
# ## 2 A function
#
# Write the affine map $u = x W + b$ with the bias $b_j$:
#
# $$L = \\sum_{n=1}^{N} \\frac{1}{2} \\|u_n - t_n\\|^2$$

# %% solution="linear_forward"
def linear_forward(x, W, b):
    """u = x @ W + b, with the cache (x, W)."""
    ### BEGIN SOLUTION
    product_of_both = x @ W
    return product_of_both + b, (x, W)
    ### END SOLUTION


# %% check="linear_forward"
check("linear_forward", linear_forward)

# %% [markdown]
# ## 3 Questions
#
# **A sample.** What is it?
#
# - a: a row
# - b: a column

# %% solution="answer_rows"
answer_rows = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_rows = "a"
### END SOLUTION

# %% choice="rows" key="a" points=1
check_choice("rows", answer_rows)
# a: Samples are rows.
# b: Features are columns.

# %% [markdown]
# **Why?** Say it in a sentence.

# %% [markdown] manual="why" points=2
# ### BEGIN SOLUTION
# A column of W belongs to one output unit, so its gradient has the same shape.
# ### END SOLUTION
'''
