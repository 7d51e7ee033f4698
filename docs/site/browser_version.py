"""The course in a browser, with nothing to install: JupyterLite with the notebooks and the library.

JupyterLite is JupyterLab without a server. Its kernel is Pyodide, CPython for WebAssembly. On a
published site Pyodide, NumPy and Matplotlib come from Pyodide's own distribution; what the course
adds lies in the site: one wheel with what students get, and two small packages that it needs.
"""

import importlib.metadata
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from docs.site import ROOT, jupyterlite
from docs.site.jupyter_environment import jupyter_environment
from docs.site.runs import SiteProblem, call_tool
from grader.authoring.distribution import build, write_zip
from grader.authoring.publish import contents
from grader.files import write_whole

NAME = "browser"  # its folder in the site
PACKAGES = ("numpy", "matplotlib")  # of Pyodide's distribution
BESIDE = ("array-api-compat", "comm")  # not in it: course_lib needs the one, the kernel the other
# The kernel runs in a worker, which finds the wheels of the site from its own place.
FROM_WORKER = "../../../../pypi"
# Work lies in the browser's own storage. So it is saved often, and a button brings it out. A link
# to the glossary shows its text and not its source. The site's files carry no date of their own
# (EARLIEST), so the list of files has no column for it.
SETTINGS = {
    "@jupyterlab/filebrowser-extension:browser": {"showLastModifiedColumn": False},
    "@jupyterlab/docmanager-extension:plugin": {
        "autosaveInterval": 10,  # seconds
        "defaultViewers": {"markdown": "Markdown Preview"},
    },
    "@jupyterlab/notebook-extension:panel": {
        "toolbar": [
            {
                "name": "hand-in",
                "label": "Download to hand in",
                "caption": "Save the notebook and download it",
                "command": "docmanager:download",
                "icon": "ui-components:download",
                "rank": 50,
            }
        ]
    },
}
# For a phone: JupyterLab cuts the title of a folded cell where it does not fit in one line, and its
# list of files, its side bars and its prompts would leave a notebook an eighth of the window.
HEAD = """<style>
.jp-InputPlaceholder .jp-PlaceholderText { white-space: normal }
@media (max-width: 700px) {
  .jp-Notebook .jp-InputPrompt, .jp-Notebook .jp-OutputPrompt { display: none }
}
</style>
<script>
addEventListener("load", async () => {
  if (innerWidth > 700) return;
  while (!document.querySelector(".jp-NotebookPanel .jp-Cell")) {
    await new Promise((later) => setTimeout(later, 100));
  }
  const { shell } = window.jupyterapp;
  if (shell.isSideTabBarVisible("right")) shell.toggleSideTabBarVisibility("right");
  for (let turn = 0; turn < 20; turn += 1) {
    shell.collapseLeft();  // the list is opened once more after the notebook
    await new Promise((later) => setTimeout(later, 200));
  }
});
</script>
"""
FOLLOW_SITE = Path(__file__).with_name("follow_site.js")
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # that a zip archive can hold; all files carry it


def make_browser_version(
    notebooks: Mapping[str, bytes], out: Path, pyodide: Path | None = None
) -> None:
    """Build JupyterLite with these notebooks and the library, in place of the folder ``out``.

    Parameters
    ----------
    notebooks : content by place in the list of files (``notebooks/ps12/ps12_momentum.ipynb``)
    pyodide : a folder with Pyodide and the packages it needs, which becomes a part of the site.
        Without one they come from where Pyodide is published, and a reader needs the network.

    Raises
    ------
    SiteProblem, AuthoringError
        A step fails; the message is that of the tool.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        files = dict(notebooks)
        tree = dict(contents(ROOT))
        files |= {name: text for name, text in tree.items() if name.startswith("docs/")}
        for name, content in files.items():
            write_whole(place / "files" / name, content)
        wheels = [_course(tree, place), *(_installed(name, place) for name in BESIDE)]
        if pyodide is not None:
            (place / "static").mkdir()
            (place / "static" / "pyodide").symlink_to(pyodide.resolve())
        loaded = [*PACKAGES, *(f"{FROM_WORKER}/{wheel.name}" for wheel in wheels)]
        lite = {
            "jupyter-lite-schema-version": 0,
            "jupyter-config-data": {
                "appName": "Training neural networks",
                "exposeAppInBrowser": True,  # as window.jupyterapp, by which tests drive it
                "litePluginSettings": {
                    f"{jupyterlite.KERNEL}:kernel": {"loadPyodideOptions": {"packages": loaded}}
                },
            },
        }
        config = {
            "LiteBuildConfig": {
                "apps": ["lab"],
                "contents": ["files"],
                "federated_extensions": [str(jupyterlite.extension())],
                "ignore_sys_prefix": ["federated_extensions"],
                "no_sourcemaps": True,
                "no_unused_shared_packages": True,
                "output_dir": "built",
                "source_date_epoch": int(EARLIEST.timestamp()),
            },
            "PipliteAddon": {"piplite_urls": [str(wheel) for wheel in wheels]},
        }
        write_whole(place / "jupyter-lite.json", json.dumps(lite).encode())
        write_whole(place / "overrides.json", json.dumps(SETTINGS).encode())
        write_whole(place / "jupyter_lite_config.json", json.dumps(config).encode())
        command = [sys.executable, "-m", "jupyterlite_core.app", "build"]
        found = {"PYTHONPATH": str(jupyterlite.FOLDER)}
        environment = jupyter_environment(place) | found
        call_tool("jupyter lite build", *command, folder=place, environment=environment)
        _add_to_head(place / "built" / "lab" / "index.html")
        shutil.rmtree(out, ignore_errors=True)
        shutil.move(place / "built", out)


def _add_to_head(page: Path) -> None:
    text = page.read_text("utf-8")
    if text.count("</head>") != 1:
        raise SiteProblem(f"{page.name} of JupyterLite has not one end of its head")
    script = FOLLOW_SITE.read_text("utf-8")
    page.write_text(
        text.replace("</head>", f'{HEAD}<script type="module">\n{script}</script>\n</head>'),
        "utf-8",
    )


def _course(tree: Mapping[str, bytes], place: Path) -> Path:
    """The wheel with course_lib and the part of the grader that students get."""
    for name, content in tree.items():
        if not name.startswith(("docs/", "notebooks/")):
            write_whole(place / "course" / name, content)
    return place / build("build_wheel", place / "course", place, EARLIEST)


def _installed(name: str, place: Path) -> Path:
    """An installed package, which has Python files only, as the wheel it came from."""
    found = importlib.metadata.distribution(name)
    wheel = place / f"{name.replace('-', '_')}-{found.version}-py3-none-any.whl"
    published = (
        (file.as_posix(), file.read_binary())
        for file in found.files or ()
        if "__pycache__" not in file.parts and file.name not in ("INSTALLER", "REQUESTED")
    )
    write_zip(wheel, published, EARLIEST)
    return wheel
