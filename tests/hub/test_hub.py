"""A class on a JupyterHub whose users have separate accounts, by its pages and nbgrader's commands.

What the pages do is asked for through the hub's proxy, as their buttons do. The accounts, and the
exchange and configuration of docs/where_classes_live.md, are on a machine made of namespaces.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.classroom.gradebook.session import opened
from tests.classroom.small_class import NAME, SmallClass, make_class
from tests.classroom.ten_submissions import Submission, marks_of, ten
from tests.hub.environment import BIN
from tests.namespaces import namespaces
from tests.project import ROOT

pytestmark = [pytest.mark.hub, pytest.mark.root, pytest.mark.sandbox]
AT_PAGES = "everything"  # the student who fetches and submits with the buttons
EXCHANGE, CLASS = "/srv/nbgrader/exchange", "my-class"
STUDENTS = f"""
c = get_config()
c.CourseDirectory.course_id = {CLASS!r}
c.Exchange.root = {EXCHANGE!r}
"""
TOKEN = secrets.token_hex(16)  # of the tests, and the password of all users
ENVIRONMENT = {"PATH": f"{BIN}:/usr/bin:/bin:/usr/sbin", "OPENBLAS_NUM_THREADS": "1"}
CONFIG = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub}
c.JupyterHub.db_url = "sqlite:////srv/hub/hub.sqlite"
c.JupyterHub.cookie_secret_file = "/srv/hub/secret"
c.ConfigurableHTTPProxy.command = ["{bin}/configurable-http-proxy", "--proxy-timeout=300000"]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.ConfigurableHTTPProxy.pid_file = "/srv/hub/proxy.pid"
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = "{token}"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.Spawner.cmd = ["{bin}/jupyterhub-singleuser"]
c.Spawner.http_timeout = c.Spawner.start_timeout = 200
c.Spawner.environment = {environment!r}
c.JupyterHub.services = [{{"name": "tests", "api_token": "{token}"}}]
c.JupyterHub.load_roles = [
    {{
        "name": "tests",
        "services": ["tests"],
        "scopes": ["admin:users", "admin:servers", "access:servers"],
    }}
]
"""


class Hub:
    """A hub that runs.

    Attributes
    ----------
    top : what its machine has under / is here
    process : the hub's, in the namespaces
    accounts : the number of each user
    """

    def __init__(self, top: Path, url: str, process: int, accounts: dict[str, int]) -> None:
        self.top, self.url, self.process, self.accounts = top, url, process, accounts

    def terminal(self, user: str, *words: str, **options: Any) -> subprocess.Popen[str]:
        """A command of the hub's environment that ``user`` starts at home."""
        become = ["nsenter", "--mount", f"--target={self.process}", "setpriv", "--clear-groups"]
        become += [f"--reuid={self.accounts[user]}", f"--regid={self.accounts[user]}"]
        return subprocess.Popen(
            [*become, "sh", "-c", 'cd && exec "$@"', "sh", str(BIN / "python"), "-m", *words],
            env=ENVIRONMENT
            | {"HOME": f"/home/{user}", "JUPYTERHUB_SERVICE_PREFIX": f"/user/{user}/"},
            text=True,
            **options,
        )

    def nbgrader(self, user: str, *words: str) -> None:
        with self.terminal(user, "nbgrader", *words) as command:
            assert command.wait() == 0

    def ask(self, path: str, form: Any = None, method: str = "", **headers: str) -> tuple[int, str]:
        """Status and text; a form is posted."""
        body = None if form is None else urllib.parse.urlencode(form).encode()
        headers = {"Authorization": f"token {TOKEN}", **headers}
        request = urllib.request.Request(f"{self.url}/{path}", body, headers)
        request.method = method or ("GET" if form is None else "POST")
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def until(self, what: str, path: str) -> None:
        for _ in range(600):
            try:
                if self.ask(path)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.5)
        raise AssertionError(f"{what}\n{(self.top / 'log').read_text()[-5000:]}")

    def done(self, path: str, **form: str) -> Any:
        """What nbgrader answers, which says that it has done it."""
        status, text = self.ask(path, form)
        assert status == 200, text
        told = json.loads(text)
        assert told["success"], told
        return told


@pytest.fixture(scope="module")
def small() -> Iterator[SmallClass]:
    """The instructor's home on the hub is the class."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home", "prof")
        about = f'[course]\nid = "{CLASS}"\n[folders]\nexchange = "{EXCHANGE}"\n'
        made = make_class(home, about)
        shutil.copy(ROOT / "nbgrader_config.py", home)
        yield made


@pytest.fixture(scope="module")
def submissions(small: SmallClass) -> dict[str, Submission]:
    return ten(small)


@pytest.fixture(scope="module")
def hub(small: SmallClass, submissions: dict[str, Submission]) -> Iterator[Hub]:
    top = small.settings.root.parents[1]
    top.chmod(0o755)
    for name, mode in (("nbgrader/exchange", 0o777), ("hub", 0o700)):
        (top / "srv" / name).mkdir(parents=True)
        (top / "srv" / name).chmod(mode)
    (top / "nbgrader_config.py").write_text(STUDENTS)
    accounts = {name: 60_001 + number for number, name in enumerate(["prof", *submissions])}
    lines = [f"{name}:x:{uid}:{uid}::/home/{name}:/bin/sh\n" for name, uid in accounts.items()]
    (top / "passwd").write_text(Path("/etc/passwd").read_text() + "".join(lines))
    for name, uid in accounts.items():
        home = top / "home" / name
        home.mkdir(exist_ok=True)
        home.chmod(0o700)
        for path in (home, *home.rglob("*")):
            os.chown(path, uid, uid)
    with socket.socket() as one, socket.socket() as two, socket.socket() as three:
        for each in (one, two, three):
            each.bind(("127.0.0.1", 0))
        port, inside, proxy = (each.getsockname()[1] for each in (one, two, three))
    text = CONFIG.format(
        port=port, hub=inside, proxy=proxy, bin=BIN, token=TOKEN, environment=ENVIRONMENT
    )
    (top / "srv" / "hub" / "jupyterhub_config.py").write_text(text)
    machine = ["--dev-bind", "/proc", "/proc", "--ro-bind", str(top / "passwd"), "/etc/passwd"]
    for folder in [*(f"home/{name}" for name in accounts), "srv/nbgrader", "srv/hub"]:
        machine += ["--dir", f"/{Path(folder).parent}", "--bind", str(top / folder), f"/{folder}"]
    machine += ["--tmpfs", "/usr/local/etc", "--dir", "/usr/local/etc/jupyter", "--ro-bind"]
    machine += [str(top / "nbgrader_config.py"), "/usr/local/etc/jupyter/nbgrader_config.py"]
    machine += ["--chdir", "/srv/hub"]
    with (top / "log").open("w") as log:
        process = subprocess.Popen(
            [*namespaces(*machine, enter=[ROOT]), str(BIN / "jupyterhub")],
            env=ENVIRONMENT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            while process.poll() is None and not children.read_text():
                time.sleep(0.01)
            made = Hub(top, f"http://127.0.0.1:{port}", int(children.read_text()), accounts)
            made.until("the hub", "hub/api/")
            for user in ("prof", AT_PAGES):
                assert made.ask(f"hub/api/users/{user}", {})[0] == 201
                assert made.ask(f"hub/api/users/{user}/server", {})[0] in (201, 202)
            for user in ("prof", AT_PAGES):
                made.until(f"the server of {user}", f"user/{user}/api/status")
            yield made
            os.kill(made.process, signal.SIGTERM)  # it ends the servers and the proxy
            process.wait(120)
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def graded(hub: Hub, small: SmallClass, submissions: dict[str, Submission]) -> Hub:
    """After students have fetched and submitted, and the instructor has collected and graded."""
    api = "user/prof/formgrader/api"
    status, listed = hub.ask(f"{api}/assignments")
    assert status == 200 and [one["name"] for one in json.loads(listed)] == ["ps98"], listed
    hub.done(f"{api}/assignment/ps98/assign")
    hub.done(f"{api}/assignment/ps98/release")
    which = {"course_id": CLASS, "assignment_id": "ps98"}
    hub.done(f"user/{AT_PAGES}/assignments/fetch", **which)
    for student, one in submissions.items():
        file = one.write(hub.top / "home" / student / "ps98")
        for path in (file.parent, file):
            os.chown(path, hub.accounts[student], hub.accounts[student])
        if student == AT_PAGES:
            hub.done(f"user/{student}/assignments/submit", **which)
        else:
            hub.nbgrader(student, "submit", "ps98")
    hub.done(f"{api}/assignment/ps98/collect")
    hub.done(f"{api}/submission/ps98/{AT_PAGES}/autograde")
    hub.nbgrader("prof", "autograde", "ps98")
    return hub


def test_the_ten_submissions_get_their_marks(
    graded: Hub, small: SmallClass, submissions: dict[str, Submission]
) -> None:
    with opened(small.group.gradebook) as gradebook:
        for student, one in submissions.items():
            assert marks_of(gradebook, student) == one.marks, student
    assert small.scores()["everything"].by_hand == 2  # its written answer waits


def test_who_hands_in_under_another_name_is_told_when_it_is_collected(graded: Hub) -> None:
    graded.nbgrader("practice", "submit", "ps98", "--student", "half")
    told = graded.done("user/prof/formgrader/api/assignment/ps98/collect")
    assert "claims to be submitted by half but is owned by practice" in told["log"]


def test_feedback_comes_back(graded: Hub) -> None:
    graded.done("user/prof/formgrader/api/assignment/ps98/generate_feedback")
    graded.done("user/prof/formgrader/api/assignment/ps98/release_feedback")
    which = {"course_id": CLASS, "assignment_id": "ps98"}
    graded.done(f"user/{AT_PAGES}/assignments/fetch_feedback", **which)
    pages = graded.top / "home" / AT_PAGES / "ps98" / "feedback"
    (page,) = pages.glob(f"*/{NAME}.html")
    assert "linear_backward" in page.read_text("utf-8")


@pytest.mark.usefixtures("as_in_a_terminal")
def test_answers_are_marked_behind_the_hub(graded: Hub) -> None:
    name = "hub.uni.example"
    command = ["grader", "mark", "ps98", "--markers", "eva,fred", "--host", name]
    with graded.terminal("prof", *command, stdout=subprocess.PIPE) as marking:
        assert marking.stdout is not None
        told = next(line for line in marking.stdout if line.startswith("eva: "))
        place = told.strip().removeprefix(f"eva: https://{name}/")
        try:
            status, page = graded.ask(place, Host=name)  # which leads to the first question
            assert status == 200 and "You mark as eva" in page
            _, other = graded.ask(f"{place}1", Authorization="", Host=name)
            assert "You mark as" not in other
            assert 'name="password"' in other  # the hub asks who that is
        finally:
            marking.send_signal(signal.SIGINT)
            assert marking.wait(120) == 0
