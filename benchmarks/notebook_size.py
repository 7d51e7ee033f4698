"""Lines of code in sight, closed lines, and words of every released notebook.

python benchmarks/notebook_size.py [ps06 …]
"""

import json
import re
import sys

from grader.settings import load_settings


def main(chosen: list[str]) -> None:
    """Print a row for each notebook, or for those that are named."""
    notebooks = load_settings().notebooks
    print(f"{'notebook':10}{'in sight':>10}{'closed':>8}{'words':>8}{'closed':>8}")
    for path in sorted(notebooks.glob("ps*/*.ipynb")):
        if chosen and path.parent.name not in chosen:
            continue
        lines, words = {False: 0, True: 0}, {False: 0, True: 0}
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            text = "".join(cell["source"])
            if cell["cell_type"] == "code":
                closed = cell["metadata"].get("jupyter", {}).get("source_hidden", False)
                lines[closed] += sum(bool(line.strip()) for line in text.splitlines())
            else:
                closed_text = " ".join(re.findall(r"<details>.*?</details>", text, re.DOTALL))
                words[True] += len(closed_text.split())
                words[False] += len(text.split()) - len(closed_text.split())
        print(
            f"{path.parent.name:10}{lines[False]:10}{lines[True]:8}{words[False]:8}{words[True]:8}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
