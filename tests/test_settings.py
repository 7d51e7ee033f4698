"""course.toml: wrong entries are told, none is guessed at."""

from pathlib import Path

import pytest

from grader.settings import Limits, Settings, SettingsError, load_settings

ROOT = Path(__file__).parents[1]


def write(folder: Path, text: str) -> Path:
    (folder / "course.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_courses_own_file_is_valid_and_names_every_setting() -> None:
    settings = load_settings(ROOT)
    text = (ROOT / "course.toml").read_text(encoding="utf-8")
    for section in (settings.course, settings.folders, settings.gradebook, settings.limits):
        for name in vars(section):
            assert f"\n{name} = " in text
    assert all(f"\n{name} = " in text for name in vars(settings.late))
    assert all(f"\n# {name} = " in text for name in vars(settings.problem_set("ps06")))


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, "")) == Settings(tmp_path.resolve())


def test_what_is_given_counts(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "[limits]\ncell_seconds = 3\n[folders]\nbuild='b'"))
    assert settings.limits == Limits(cell_seconds=3.0)
    assert settings.build == tmp_path.resolve() / "b"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[limits]\ncel_seconds = 3", "unknown entry limits.cel_seconds"),
        ("[limit]", "unknown entry limit"),
        ("limits = 3", "must be a section"),
        ("[limits]\nprocesses = 1.5", "a whole number"),
        ("[limits]\nprocesses = true", "a whole number"),
        ("[limits]\ncell_seconds = '3'", "a number"),
        ("[limits]\ncell_seconds = 0", "positive"),
        ("[limits]\ncell_seconds = nan", "positive"),
        ("[course]\nid = 3", "text in quotes"),
        ("[grading]\nfollow_through = 1", "true or false"),
        ("[lms]\nkind = 'Canvas'", "write one of: canvas, moodle"),
        ("[course", "not valid TOML"),
        ("[folders]\nsolutions = '/tmp'", "inside"),
        ("[folders]\nnotebooks = '../out'", "inside"),
        ("[folders]\nsolutions = ''", "inside"),
        ("[folders]\nsolutions = 'notebooks'", "a folder of its own"),
        ("[folders]\nbuild = './class/'", "a folder of its own"),
        ("[folders]\nown = '../mine'", "inside"),
        ("[folders]\nexchange = ''", "neither in the class"),
        ("[folders]\nexchange = '.'", "neither in the class"),
        ("[folders]\nexchange = 'class/exchange'", "neither in the class"),
        ("[folders]\nexchange = 'notebooks/../class/a'", "neither in the class"),
        ("[folders]\nexchange = ''\nclassroom = '/srv/class'", "neither in the class"),
        ("[folders]\nexchange = '/srv/class/a'\nclassroom = '/srv/class'", "neither in the class"),
        ("[folders]\nown = 'solutions'", "a folder of its own"),
        ("[course]\nnotebooks = 'ps06'", "a list of names"),
        ("[course]\nsite = 'www.uni.example'", "begins with https://"),
        ("[course]\nnotebooks = ['ps06', 'ps06']", "names ps06 twice"),
        ("[problem_sets.ps06]\npoints = 3", "numbers by name"),
        ("[grades]\nkey = {'1,0' = 50}", "no grade for less than 50 percent"),
        ("[grades]\nkey = {'1,0' = 50, '2,0' = 60, '5,0' = 0}", "'2,0' from 60 on, and before it"),
        ("[grades]\nkey = {'1,0' = 50, '2,0' = 50, '5,0' = 0}", "from the best down"),
        ("[grades]\nkey = {'1,0' = 101, '5,0' = 0}", "'1,0' from 101 on; give a number, 0 to 100"),
        ("[grades]\nkey = {'1,0' = '95', '5,0' = 0}", "from '95' on; give a number"),
        ("[grades]\nof = 'points'\nkey = {'1,0' = inf, '5,0' = 0}", "0 or more points"),
        ("[grades]\nkey = 3", "numbers by name"),
        ("[grades]\nof = 'marks'", '"percent" or "points"'),
        ("[grades]\nround_points = 0", "the step to round to"),
        ("[grades]\nround_total = nan", "the step to round to"),
        ("[problem_sets.ps06]\npoints = {mse = 0}", "a number above 0"),
        ("[problem_sets.ps06]\npoints = {mse = 'x'}", "a number above 0"),
    ],
)
def test_a_wrong_entry_is_told(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        load_settings(write(tmp_path, text))


def test_the_file_is_found_from_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "")
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    assert load_settings().root == tmp_path.resolve()


def test_a_missing_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"no course\.toml"):
        load_settings()
