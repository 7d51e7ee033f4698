"""A class on a JupyterHub with two users: an assignment goes to a student and back, by its pages.

Everything is asked for through the hub's proxy, as the buttons of nbgrader's pages ask for it. Both
users are this one: their servers are started without accounts of the system.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.authoring.fill import fill
from tests.classroom.small_class import AUTOMATIC, NAME, SmallClass, make_class
from tests.classroom.test_exchange import STUDENTS
from tests.hub.environment import BIN
from tests.project import ROOT

pytestmark = [pytest.mark.hub, pytest.mark.sandbox]
TOKEN = secrets.token_hex(16)  # of the tests, and the password of both users
CONFIG = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub}
c.JupyterHub.db_url = "sqlite:///{home}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{home}/secret"
c.ConfigurableHTTPProxy.command = ["{bin}/configurable-http-proxy"]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.ConfigurableHTTPProxy.pid_file = "{home}/proxy.pid"
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = "{token}"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{home}/{{username}}"
c.Spawner.cmd = ["{bin}/jupyterhub-singleuser"]
c.Spawner.args = ["--allow-root"]
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
    """A hub that runs."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url = home, url

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
        raise AssertionError(f"{what}\n{(self.home / 'log').read_text()[-5000:]}")

    def done(self, path: str, **form: str) -> Any:
        """What nbgrader answers, which says that it has done it."""
        status, text = self.ask(path, form)
        assert status == 200, text
        told = json.loads(text)
        assert told["success"], told
        return told


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    """The instructor's home on the hub is the class; the exchange is the hub's."""
    home = tmp_path_factory.mktemp("hub")
    exchange = home / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    (home / "prof").mkdir()
    made = make_class(home / "prof", f'[folders]\nexchange = "{exchange}"\n')
    shutil.copy(ROOT / "nbgrader_config.py", home / "prof")
    (home / "amy").mkdir()
    (home / "amy" / "nbgrader_config.py").write_text(STUDENTS.format(exchange=str(exchange)))
    return made


@pytest.fixture(scope="module")
def hub(small: SmallClass) -> Iterator[Hub]:
    home = small.settings.root.parent
    with socket.socket() as one, socket.socket() as two, socket.socket() as three:
        for each in (one, two, three):
            each.bind(("127.0.0.1", 0))
        port, inside, proxy = (each.getsockname()[1] for each in (one, two, three))
    environment = {"PATH": os.pathsep.join([str(BIN), os.environ["PATH"]])}
    text = CONFIG.format(
        port=port, hub=inside, proxy=proxy, home=home, bin=BIN, token=TOKEN, environment=environment
    )
    (home / "jupyterhub_config.py").write_text(text)
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [str(BIN / "jupyterhub"), "-f", str(home / "jupyterhub_config.py")],
            cwd=home,
            env=os.environ | environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            made = Hub(home, f"http://127.0.0.1:{port}")
            made.until("the hub", "hub/api/")
            for user in ("prof", "amy"):
                assert made.ask(f"hub/api/users/{user}", {})[0] == 201
                assert made.ask(f"hub/api/users/{user}/server", {})[0] in (201, 202)
            for user in ("prof", "amy"):
                made.until(f"the server of {user}", f"user/{user}/api/status")
            yield made
        finally:
            process.send_signal(signal.SIGTERM)  # it ends the servers and the proxy
            process.wait(120)


@pytest.fixture(scope="module")
def graded(hub: Hub, small: SmallClass) -> Hub:
    """After a student has fetched and submitted, and the instructor has collected and graded."""
    status, listed = hub.ask("user/prof/formgrader/api/assignments")
    assert status == 200 and [one["name"] for one in json.loads(listed)] == ["ps98"], listed
    api = "user/prof/formgrader/api"
    hub.done(f"{api}/assignment/ps98/assign")
    hub.done(f"{api}/assignment/ps98/release")
    which = {"course_id": small.settings.course.id, "assignment_id": "ps98"}
    hub.done("user/amy/assignments/fetch", **which)
    work = hub.home / "amy" / "ps98" / f"{NAME}.ipynb"
    nbformat.write(fill(nbformat.read(work, 4), small.answers), work)
    hub.done("user/amy/assignments/submit", **which)
    hub.done(f"{api}/assignment/ps98/collect")
    hub.done(f"{api}/submission/ps98/amy/autograde")
    return hub


def test_an_assignment_goes_to_a_student_and_back(graded: Hub, small: SmallClass) -> None:
    assert small.points() == {"amy": AUTOMATIC}
    graded.done("user/prof/formgrader/api/assignment/ps98/generate_feedback")
    graded.done("user/prof/formgrader/api/assignment/ps98/release_feedback")
    which = {"course_id": small.settings.course.id, "assignment_id": "ps98"}
    graded.done("user/amy/assignments/fetch_feedback", **which)
    (page,) = (graded.home / "amy" / "ps98" / "feedback").glob(f"*/{NAME}.html")
    assert "linear_backward" in page.read_text("utf-8")


def test_answers_are_marked_behind_the_hub(graded: Hub, small: SmallClass) -> None:
    name = "hub.uni.example"
    command = ["-m", "grader", "mark", "ps98", "--markers", "eva,fred", "--host", name]
    with subprocess.Popen(
        [str(BIN / "python"), *command],
        cwd=small.settings.root,
        env=os.environ | {"JUPYTERHUB_SERVICE_PREFIX": "/user/prof/"},
        stdout=subprocess.PIPE,
        text=True,
    ) as marking:
        assert marking.stdout is not None
        marking.stdout.readline()
        place = marking.stdout.readline().strip().removeprefix(f"eva: https://{name}/")
        try:
            status, page = graded.ask(place, Host=name)  # which leads to the first question
            assert status == 200 and "You mark as eva" in page
            _, other = graded.ask(f"{place}1", Authorization="", Host=name)
            assert "You mark as" not in other
            assert 'name="password"' in other  # the hub asks who that is
        finally:
            marking.send_signal(signal.SIGINT)
            assert marking.wait(120) == 0
