"""Claims cells: what a text states is held against what was measured, and no claim is empty."""

import pytest

from grader.authoring.build import build
from grader.authoring.claims import Claims, run_solved
from grader.authoring.release import release
from grader.problems import AuthoringError
from tests.authoring.course import SOURCE, write_course

TEXT = """
# %% [markdown]
# Of the numbers from 0 to 99, 1,000 times drawn, about 74 % are
# below the limit. The second sum is larger. At a rate of 0.2 the error is more
# than ten times as large, below 0.05, up to 1e-5 of it.

# %% practice=true
share, small, large = 0.735, [1.0, 2.0, 3.0], [1.5, 2.5, 3.5]
"""
CELL = "\n# %% claims=true\n"


def solved(tmp_path, code, text=TEXT):
    return run_solved("ps98", write_course(tmp_path, SOURCE + text + CELL + code))


@pytest.mark.parametrize(
    "code",
    [
        'claim("about 74 % are below the limit", share, equals=0.74, within=0.01)',
        'claim("The second sum is larger", large, above=small)',
        'claim("At a rate of 0.2 the error", 12 * share, above=8, given=[0.2])',
        'claim("below 0.05", share / 20, below=0.05)',
        'claim("1,000 times drawn", share * 1360, equals=1000, within=1)',
        'claim("up to 1e-5 of it", share / 1e5, below=1e-5)',
    ],
)
def test_a_true_claim_holds_and_could_fail(tmp_path, code):
    [(claim, problem)] = solved(tmp_path, code).claims
    assert problem == "" and claim.weakness() == ""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('claim("about 74 % are", share + 0.1, equals=0.74, within=0.01)', "measured 0.835"),
        ('claim("The second sum is larger", small, above=large)', "above 1.5, 2.5, 3.5"),
        ('claim("The second sum is larger", [1, 9, share], above=small)', "above 1, 2, 3"),
        ('claim("below 0.05", share, below=0.05)', "below 0.05"),
        ('claim("about 75 % are", share, equals=0.75, within=0.02)', "not in the text"),
        ('claim("about 74 % are", share, above=0.7)', "the quote states 74"),
        ('claim("At a rate of 0.2 the error", share, above=0)', "the quote states 0.2"),
        ('claim("about 74 % are", share, equals=0.74, within=0.5)', "at most 0.25"),
        ('claim("At a rate of 0.2 the error", share, below=20)', "the quote states 0.2"),
        ('claim("about 74 % are", share, equals=0.74)', "belong together"),
        ('claim("The second sum is larger", share)', "no bound"),
        ('claim("The second sum is larger", large, above=[1, 2])', "3 measured values against 2"),
        ('claim("The second sum is larger", share * float("nan"), above=0)', "not finite"),
    ],
)
def test_what_does_not_hold_is_said(tmp_path, code, said):
    [(_, problem)] = solved(tmp_path, code).claims
    assert said in problem


def test_a_bound_far_from_what_was_measured_is_weak(tmp_path):
    [(claim, problem)] = solved(tmp_path, 'claim("below 0.05", share / 100, below=0.05)').claims
    assert problem == "" and "cannot fail" in claim.weakness()


def test_a_number_that_is_written_down_is_not_a_measurement(tmp_path):
    with pytest.raises(AuthoringError, match="names no variable"):
        solved(tmp_path, 'claim("about 74 % are", 0.74, equals=0.74, within=0.01)')


def test_a_changed_number_in_the_text_is_noticed(tmp_path):
    code = 'claim("about 74 % are below", share, equals=0.74, within=0.01)'
    [(_, problem)] = solved(tmp_path, code, TEXT.replace("74 %", "47 %")).claims
    assert "not in the text" in problem


def test_a_slow_cell_runs_only_when_asked_for(tmp_path):
    code = 'claim("The second sum is larger", large, above=small)'
    root = write_course(tmp_path, SOURCE + TEXT + '\n# %% claims="slow"\n' + code)
    assert run_solved("ps98", root).claims == []
    assert len(run_solved("ps98", root, slow=True).claims) == 1


def test_claims_are_in_no_notebook(tmp_path):
    code = 'claim("The second sum is larger", large, above=small)'
    root = write_course(tmp_path, SOURCE + TEXT + CELL + code)
    for notebook in (build("ps98", root), release("ps98", root)):
        assert "claim(" not in notebook.read_text(encoding="utf-8")


def test_numbers_may_come_one_for_each_seed():
    claim = Claims()
    claim("larger", [1.0, 2.0], above=0.5)
    assert claim.made[0].measured == (1.0, 2.0) and claim.made[0].problem() == ""


def test_a_marker_of_another_value_is_refused(tmp_path):
    with pytest.raises(AuthoringError, match='claims="slow"'):
        build("ps98", write_course(tmp_path, SOURCE + '\n# %% claims="never"\npass\n'))
