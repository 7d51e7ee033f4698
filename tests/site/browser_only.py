"""A student with a browser and nothing else: JupyterLite, driven in headless Chromium.

with served(folder) as url:
    page = open_notebook(chromium.new_context(), url, "notebooks/ps98/ps98_small.ipynb")
    answer(page, {"linear_forward": "def …"})
    run_all(page)
    exported(page)
"""

import contextlib
import functools
import http.server
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import nbformat
from nbformat.notebooknode import NotebookNode
from playwright.sync_api import BrowserContext, Page

PANEL = "window.jupyterapp.shell.currentWidget"
READY = 240  # seconds for a page and its kernel
LIMIT = 1200  # seconds for all cells of a notebook; the longest takes 300


class Evaluating(Protocol):
    """A page of any browser that can be asked to call a JavaScript function."""

    def evaluate(self, expression: str, arg: Any = None, /) -> Any: ...


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a plain file server for ``folder``."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def open_notebook(reader: BrowserContext, url: str, place: str) -> Page:
    """Follow the link of a notebook's page, and wait until its kernel computes."""
    page = reader.new_page()
    page.goto(address_of(url, place))
    wait_for_kernel(page)
    return page


def read_notebook(reader: BrowserContext, url: str, place: str) -> Page:
    """Open a notebook to read and edit it; its kernel may still start."""
    page = reader.new_page()
    page.goto(address_of(url, place))
    page.wait_for_function(f"() => window.jupyterapp && {PANEL}?.context?.isReady")
    return page


def address_of(url: str, place: str) -> str:
    """Where a notebook of the site opens."""
    return f"{url}/lab/index.html?path={place}"


def wait_for_kernel(page: Evaluating) -> None:
    """Until the notebook in front is open and its kernel has answered."""
    page.evaluate(
        f"""async limit => {{
            const pause = ms => new Promise(go_on => setTimeout(go_on, ms));
            const kernel = (async () => {{
                while (!window.jupyterapp || !{PANEL}?.sessionContext) await pause(100);
                await window.jupyterapp.restored;
                const context = {PANEL}.sessionContext;
                await context.ready;
                await context.session.kernel.requestExecute({{code: "1 + 1"}}).done;
            }})();
            const late = pause(1000 * limit).then(() => {{
                throw new Error(`no kernel after ${{limit}} s`);
            }});
            await Promise.race([kernel, late]);
        }}""",
        READY,
    )


def answer(page: Page, answers: Mapping[str, str]) -> None:
    """Write into the cells of these names."""
    found = page.evaluate(
        f"""answers => {PANEL}.content.widgets.filter(cell => {{
            const name = (cell.model.getMetadata("nbgrader") || {{}}).grade_id;
            if (answers[name] === undefined) return false;
            cell.model.sharedModel.setSource(answers[name]);
            return true;
        }}).length""",
        dict(answers),
    )
    assert found == len(answers), (found, sorted(answers))


def run_all(page: Evaluating, limit: float = LIMIT) -> list[tuple[str, float]]:
    """Run all cells; first line and seconds of each that ran, when the last one is done.

    Raises
    ------
    playwright.sync_api.Error
        They are not done after ``limit`` seconds.
    """
    seconds = page.evaluate(
        f"""async limit => {{
            const kernel = {PANEL}.sessionContext.session.kernel;
            const cells = [];
            let began = null;
            const watch = (_, message) => {{
                if (message.header.msg_type === "execute_input") {{
                    cells.push([message.content.code, 0]);
                    began = performance.now();
                }} else if (message.content.execution_state === "idle" && began !== null) {{
                    cells.at(-1)[1] = (performance.now() - began) / 1000;
                    began = null;
                }}
            }};
            kernel.iopubMessage.connect(watch);
            const late = new Promise((_, stop) => setTimeout(() => stop(new Error(
                `not done after ${{limit}} s; last: cell ${{cells.length}}, ${{cells.at(-1)?.[0]}}`
            )), 1000 * limit));
            await Promise.race([
                window.jupyterapp.commands.execute("notebook:run-all-cells"), late
            ]);
            kernel.iopubMessage.disconnect(watch);
            return cells;
        }}""",
        limit,
    )
    return [(code.partition("\n")[0], taken) for code, taken in seconds]


def told(page: Evaluating, code: str) -> str:
    """What the notebook's kernel prints or shows when it runs ``code``, in one text."""
    text: str = page.evaluate(
        f"""async code => {{
            const asked = {PANEL}.sessionContext.session.kernel.requestExecute({{code}});
            let told = "";
            asked.onIOPub = ({{content}}) => told += (content.text ?? "") +
                JSON.stringify(content.data ?? content.evalue ?? "");
            await asked.done;
            return told;
        }}""",
        code,
    )
    return text


def exported(page: Evaluating) -> NotebookNode:
    """Save the notebook and give what File, Download would give."""
    content = page.evaluate(
        f"""async () => {{
            await window.jupyterapp.commands.execute("docmanager:save");
            const file = {PANEL}.context.path;
            const contents = window.jupyterapp.serviceManager.contents;
            return JSON.stringify((await contents.get(file, {{content: true}})).content);
        }}"""
    )
    return nbformat.reads(content, as_version=4)


def downloaded(page: Page) -> tuple[str, NotebookNode]:
    """Press the button above the notebook; name and content of the file that arrives."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Download to hand in").click()
    file = download.value
    return file.suggested_filename, nbformat.read(file.path(), as_version=4)


def restart_and_run_all(page: Page) -> None:
    """As `submit_check` advises there; returns when the last cell has run in the new kernel."""
    page.evaluate("void window.jupyterapp.commands.execute('notebook:restart-run-all')")
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    page.wait_for_function(
        f"""() => {{
            const code = {PANEL}.content.widgets.filter(cell => cell.model.type === "code");
            const idle = {PANEL}.sessionContext.session?.kernel?.status === "idle";
            return idle && code.every((cell, k) => cell.model.executionCount === k + 1);
        }}"""
    )


def wait_until_saved(page: Page) -> None:
    """Until JupyterLite has saved the notebook by itself."""
    page.wait_for_function(f"() => !{PANEL}.context.model.dirty")


def failures(notebook: NotebookNode) -> list[str]:
    """What cells that stopped with an error say."""
    return [
        f"{cell.source[:60]!r}: {output.ename}: {output.evalue}"
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]
