"""Arrays of other libraries that NumPy cannot convert are named, with what to call."""

import pytest

from grader.checking.contract.wire import Unusable, plain


@pytest.mark.parametrize(
    ("module", "said", "call"),
    [
        ("cupy", "a CuPy array, on the GPU", ".get()"),
        ("torch", "PyTorch", ".detach().cpu().numpy()"),
        ("jaxlib._jax", "JAX", "jax.device_get"),
        ("tensorflow.python.framework.ops", "TensorFlow", ".numpy()"),
    ],
)
def test_an_array_of_another_library_is_named(module: str, said: str, call: str) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise TypeError("implicit conversion is not allowed")

    array = type("ndarray", (), {"__array__": refuse, "__module__": module})()
    made = plain([array])
    assert isinstance(made, list) and isinstance(made[0], Unusable)
    assert said in made[0].what and call in made[0].what and "return NumPy here" in made[0].what
