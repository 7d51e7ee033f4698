"""Files in the percent format are read as editors and Jupytext read them."""

from grader.authoring.percent import entries_of, percent_cells

TEXT = '''\
# of all cells

# %%


def f():
    return "# %% not at the beginning"


# %% practice=true minutes=1.5 fold='Say "so"'
# %%[not a marker]
# %% [markdown] manual="why" points=2
#
# # A title
#
#     code
#without a blank

# %% [md]
"""
Between quotes.
"""
# %%
'''


def test_each_cell_has_its_line_its_entries_and_its_text() -> None:
    read = [(one.line, entries_of(one.marker), one.is_markdown) for one in percent_cells(TEXT)]
    assert read == [
        (1, {}, False),
        (3, {}, False),
        (10, {"practice": True, "minutes": 1.5, "fold": 'Say "so"'}, False),
        (12, {"manual": "why", "points": 2}, True),
        (19, {}, True),
        (23, {}, False),
    ]
    assert [one.text for one in percent_cells(TEXT)] == [
        "# of all cells",
        '\n\ndef f():\n    return "# %% not at the beginning"',
        "# %%[not a marker]",
        "\n# A title\n\n    code\nwithout a blank",
        "Between quotes.",
        "",
    ]
