"""Downloads as learning management systems make them, with the small assignment of the tests."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import nbformat

from grader.authoring.release import release
from grader.settings import Settings, load_settings
from tests.authoring.course import write_course

NAME = "ps98_small"
OTHER = '''# %% [markdown]
# # Another problem set
# The gradient of an activation function, from its output.

# %% setup=true
from grader.checking import check

# %% solution="activation_backward"
def activation_backward(dz, z, name):
    """du of the sigmoid, of tanh or of the ReLU, from dz and the output z."""
    ### BEGIN SOLUTION
    derivatives = {"sigmoid": z * (1 - z), "tanh": 1 - z**2, "relu": z > 0}
    return dz * derivatives[name]
    ### END SOLUTION


# %% check="activation_backward"
check("activation_backward", activation_backward)
'''
ROSTER = """student,name,email,lms_id
ada,Ada Lovelace,ada@uni.example,12345
zoe,"Müller-Lind, Zoë",zoe.lind@uni.example,777
bob,Bob O'Brien,bob@uni.example,88
eva1,Eva Smith,,901
eva2,Eva Smith,,902
"""


def make_course(root: Path, kind: str = "files") -> Settings:
    """A course with two assignments, ps98 and ps97, both given to students, and a roster."""
    write_course(root)
    write_course(root, OTHER, "ps97")
    (root / "course.toml").write_text(f'[lms]\nkind = "{kind}"\n', encoding="utf-8")
    for assignment in ("ps97", "ps98"):
        release(assignment, root, root / "notebooks")
    (root / "class").mkdir()
    (root / "class" / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return load_settings(root)


def notebook(settings: Settings, answer: str = "", assignment: str = "ps98") -> bytes:
    """The release with something written into its first answer."""
    (path,) = (settings.notebooks / assignment).glob("*.ipynb")
    made = nbformat.read(path, 4)
    for cell in made.cells:
        if answer and cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source += f"\n# {answer}"
            break
    return nbformat.writes(made).encode()


def in_folder(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def zipped(files: Mapping[str, bytes], times: Mapping[str, datetime] | None = None) -> bytes:
    """A zip file; entries have the time of the download, unless another one is given."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            when = (times or {}).get(name, datetime(2026, 11, 23, 9, 0, 2))
            info = zipfile.ZipInfo(name, when.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return file.getvalue()
