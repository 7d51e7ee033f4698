"""A mistake of every pair: what the way back needs is kept outside of the calls."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from grader.checking import Mistake, _


def shared_cache(forward: Callable[..., Any], backward: Callable[..., Any]) -> Mistake:
    """The pair with one place for the caches of all calls, so that only the last one is there."""
    last: dict[str, Any] = {}

    @wraps(forward)
    def overwrites(*args: Any, **settings: Any) -> Any:
        result, last["cache"], *state = forward(*args, **settings)
        return result, None, *state

    @wraps(backward)
    def takes_last(upstream: Any, cache: Any) -> Any:
        return backward(upstream, last["cache"])

    return Mistake(
        (overwrites, takes_last),
        hint=_(
            "A second forward pass changes what the way back of the first one uses: it lives "
            "outside of the call (a global, or a default argument such as `cache=[]`). Make a new "
            "cache in every call, and use nothing but the one that is handed to you."
        ),
        name="shared cache",
    )
