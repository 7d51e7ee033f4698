import re
import shutil
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def source_of(number: str) -> str:
    """The source of a notebook."""
    (source,) = (ROOT / "solutions" / f"ps{number}").glob("*.py")
    return source.read_text("utf-8")


@cache
def sections_of(number: str) -> dict[str, str]:
    """Title, text and code of each section of a notebook, by its number."""
    numbered = re.split(r"^# ## (\d+) ", source_of(number), flags=re.M)
    return dict(zip(numbered[1::2], numbered[2::2], strict=True))


def copy_course(target: Path, *names: str) -> Path:
    """Copy these folders and files of the course, with what is compiled of them, to ``target``."""
    being_written = shutil.ignore_patterns("*.pyc.*", ".ipynb_checkpoints")
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, ignore=being_written)
        else:
            shutil.copy(ROOT / name, target / name)
    return target
