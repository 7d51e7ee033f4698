"""A name that is not known is an error that shows the nearest one that is."""

from collections.abc import Iterable
from difflib import get_close_matches


def require_known(where: str, what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raise ValueError for the first of ``names`` that is not ``known``.

    Parameters
    ----------
    where : the exercise
    what : what the names are: ``"output"``, ``"case"``, ``"property"``
    """
    known = list(dict.fromkeys(known))
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            meant = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
            raise ValueError(f"{where}: no {what} is called {name!r}; {meant}")
