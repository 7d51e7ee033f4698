"""The commands that README, CONTRIBUTING, CI and hooks name are those of the Makefile."""

import re
import subprocess

import pytest
import yaml

from grader.authoring import publish
from tests.environments.table import SESSIONS
from tests.needs import NEEDS
from tests.project import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = {
    name for line in re.findall(r"^([a-z][\w -]*):(?!=)", MAKEFILE, re.M) for name in line.split()
}

JOBS = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))["jobs"]


def made(command_text: str) -> set[str]:
    """Targets that a text asks make for."""
    return set(re.findall(r"\bmake ([a-z][a-z0-9-]*)\b", command_text))


def in_code(markdown: str) -> str:
    """The parts of a page that are set as code, where "make" is the program."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", markdown, re.S))


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CONTRIBUTING.md",
        *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
    ],
)
def test_pages_name_targets_that_exist(page: str) -> None:
    assert made(in_code((ROOT / page).read_text("utf-8"))) <= TARGETS


def test_readme_leads_with_the_two_commands() -> None:
    assert {"demo", "test"} <= made(in_code((ROOT / "README.md").read_text()))


def test_phony_targets_are_the_targets() -> None:
    (phony,) = re.findall(r"^\.PHONY:((?:.*\\\n)*.*)$", MAKEFILE, re.M)
    assert set(phony.replace("\\\n", " ").split()) == TARGETS


def test_help_names_every_target() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in TARGETS - {"help"}:
        assert re.search(rf"\b{target}\b", said.stdout), target


def test_the_weekly_run_has_every_session_and_the_page_a_column_for_each() -> None:
    source = (ROOT / "noxfile.py").read_text("utf-8")
    sessions = set(re.findall(r"^@nox\.session.*\n(?:@.*\n)*def (\w+)", source, re.M)) - {"table"}
    workflow = yaml.safe_load((ROOT / ".github/workflows/environments.yml").read_text("utf-8"))
    run = workflow["jobs"]["notebooks"]["strategy"]["matrix"]["session"]
    assert {re.split(r"[-(]", name)[0] for name in run} == sessions
    columns = {re.sub(r"browser\((\w+)\)", r"\1", name) for name in run} - {"conda"}
    assert columns == SESSIONS.keys()


def test_hooks_run_targets() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    for hook in hooks:
        assert hook["entry"].removeprefix("make ") in TARGETS


def test_the_full_run_is_both_tiers_and_forbids_skipping() -> None:
    script = (ROOT / ".ci/run").read_text()
    subprocess.run(["bash", "-n", ROOT / ".ci/run"], check=True)
    assert (ROOT / ".ci/run").stat().st_mode & 0o111
    plain, rest = script.index("PATH=$plain make test"), script.index("make test-all REQUIRE=")
    assert plain < script.index("apt-get") < script.index("pip install") < rest
    required = set(re.findall(r"^require=(.*)$", script, re.M)[0].split(","))
    required |= set(re.findall(r"require\+=,(\w+)", script))
    required |= set(re.findall(r"^need \S+ (\w+)", script, re.M))
    assert required == NEEDS.keys() - {"gpu"}


def test_commands_for_users_never_install_torch() -> None:
    installed = re.findall(r"^(?:STUDENT|DEMO|DEV) := (.*)$", MAKEFILE, re.M)
    assert installed == [".[notebooks]", ".[grader,notebooks]", ".[dev]"]
    assert "torch" not in "".join(re.findall(r"pip install.*", MAKEFILE))


def test_jupyterlab_is_started_where_the_links_of_notebooks_lead() -> None:
    # JupyterLab opens nothing outside of the folder in which it was started, without a message.
    for text in ((ROOT / "docs/students.md").read_text("utf-8"), publish.README.template):
        started = re.findall(r"jupyter lab\b([^`\n]*)$", text, re.M)
        assert started and set(started) == {""}
