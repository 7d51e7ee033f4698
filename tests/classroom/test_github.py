"""The workflow for GitHub Classroom: its commands, in the tree that students are given."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from grader.authoring.publish import EXTRAS, publish
from tests.classroom.small_class import NAME
from tests.extras.gradescope.test_gradescope import whole_class
from tests.project import ROOT

PAGE = (ROOT / "docs" / "where_classes_live.md").read_text("utf-8")
(WORKFLOW,) = re.findall(r"```yaml\n(name: Checks\n.*?)```", PAGE, re.S)


@pytest.fixture(scope="module")
def steps() -> dict[str, Any]:
    """Those that have a name, and the one that reports them."""
    (job,) = yaml.safe_load(WORKFLOW)["jobs"].values()
    return {step.get("id", step["uses"].partition("@")[0]): step for step in job["steps"]}


def test_the_reporter_is_given_the_result_of_each_test(steps: dict[str, Any]) -> None:
    tests = [name for name, step in steps.items() if "id" in step]
    report = steps["classroom-resources/autograding-grading-reporter"]
    assert report["with"]["runners"].split(",") == tests
    assert report["env"] == {
        f"{name.upper()}_RESULTS": f"${{{{ steps.{name}.outputs.result }}}}" for name in tests
    }


def test_its_commands_run_in_the_tree_of_students(steps: dict[str, Any], tmp_path: Path) -> None:
    small = whole_class(tmp_path / "class")
    tree = tmp_path / "students"
    publish(small.settings.root, tree)
    words = steps["ps06"]["with"]
    (extras,) = re.findall(r'-c constraints.txt -e "\.\[(\w+)\]"', words["setup-command"])
    assert extras in EXTRAS and (tree / "constraints.txt").is_file()
    assert "ps06_backpropagation" in words["command"]
    place = tree / "notebooks" / "ps98" / f"{NAME}.ipynb"
    python, *command = shlex.split(words["command"])
    assert python == "python" and (ROOT / command[-1]).is_file()
    command[-1] = str(place.relative_to(tree))

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command], cwd=tree, capture_output=True, text=True, check=False
        )

    untouched = run()
    assert untouched.returncode == 1 and "before you hand in" in untouched.stdout
    nbformat.write(small.with_text(), place)
    done = run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Ready to hand in" in done.stdout and "linear_backward" in done.stdout
