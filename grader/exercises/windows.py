"""Mistakes that convolution and max pooling share: how many windows there are, and where they lie.

They are slips: each textbook has these lines, with its own terms for the sizes,

    rows = (height - kh) // stride + 1
    columns = (width - kw) // stride + 1

and where it goes through the windows in loops

    for r in range(rows):
    for s in range(columns):
    top, left = r * stride, s * stride
"""

from grader.checking.contract import Mistake, slips


def count_mistakes(
    *, output: str, inside: tuple[str, str], filter: tuple[str, str]
) -> tuple[Mistake, ...]:
    """The mistakes in the number of windows.

    Parameters
    ----------
    output : the name of the array with a row for each row of windows
    inside : in code, height and width of what the windows lie in
    filter : in code, height and width of a window
    """
    (height, width), (kh, kw) = inside, filter
    return slips(f"""
rows = ({height} - {kh}) // stride
columns = ({width} - {kw}) // stride
    `{output}` lacks its last row and column. The quotient counts the steps from the first window to
    the last one: how many windows are that?
rows = ({height} - {kh} + 1) // stride
columns = ({width} - {kw} + 1) // stride
    You add 1 before the division by `stride`. The quotient counts the steps between windows. Where
    does the first window come in?
rows = -(({kh} - ({height})) // stride) + 1
columns = -(({kw} - ({width})) // stride) + 1
    You round the number of windows up, so the last one lies partly outside of the image. Rows and
    columns that are left over belong to no window.
""")


# The number of windows counts the zeros of one side alone.
PADDING_ON_ONE_SIDE = slips("""
rows = (height + padding - kh) // stride + 1
columns = (width + padding - kw) // stride + 1
    `u` has too few rows and columns. You count the padding on one side alone, but zeros stand on
    both sides: above and below, on the left and on the right.
""")


def loop_mistakes(*, output: str) -> tuple[Mistake, ...]:
    """The mistakes of loops over the windows; ``output`` is named as above."""
    return slips(f"""
for r in range(rows - 1):
for s in range(columns - 1):
    Your loops end one place too early, so the last row and column of `{output}` are not computed.
for r in range(0, rows, stride):
for s in range(0, columns, stride):
top, left = r, s
    Your loops go over the outputs in steps of `stride`, so most of `{output}` stays 0. Every output
    is computed; its window begins `stride` pixels after the one before.
top, left = s * stride, r * stride
    You exchange rows and columns of the windows: `{output}[:, :, r, s]` belongs to the window in
    row r and column s.
top, left = r * stride, s
    Only the rows of windows are `stride` pixels apart. What about the columns?
top, left = r, s
    `{output}` has the right shape, but its windows are one pixel apart. In which row and column
    does window (r, s) begin if they are `stride` pixels apart?
stride = 1
    `stride` is not used: your windows are one pixel apart.
""")


def result_mistakes(*, output: str, cache: str) -> tuple[Mistake, ...]:
    """The mistakes in what is returned; ``cache`` is the cache in code."""
    return slips(f"""
return {output}.swapaxes(2, 3), {cache}
    Rows and columns of `{output}` are exchanged: the window that moves down gives the next row.
return {output}
    You return `{output}` alone. The last line has to be `return {output}, cache`: which arrays and
    numbers will the backward pass need?
return {cache}, {output}
    The first result looks like a cache. In which order are `{output}` and the cache returned?
""")
