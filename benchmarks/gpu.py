"""How much faster a GPU is, and when it is not: python benchmarks/gpu.py.

Three pieces of work in single precision, each once with NumPy and once with CuPy in turn: a step of
training a multilayer perceptron, a convolution forwards and backwards, and one activation of an
array that is moved to the GPU and back. NumPy uses as many threads as it likes.
"""

import os
import platform
import statistics
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np

from course_lib.backend import Array, choose_device, to_device, to_numpy
from course_lib.functional import conv2d_backward, conv2d_forward, gelu_forward
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import SGD

ROUNDS = 15
WARM_UP = 3  # CuPy compiles a kernel when it is first used

Work = Callable[[], object]


def training_step(device: str) -> Work:
    """Forward, loss, backward and update of 784-1024-1024-10 on 512 samples."""
    rng = np.random.default_rng(0)
    model = mlp([784, 1024, 1024, 10], rng=rng).to(device)
    optimizer = SGD(model.parameters(), lr=0.01, momentum=0.9)
    x = to_device(rng.normal(size=(512, 784)).astype(np.float32), device)
    t = to_device(rng.integers(0, 10, 512), device)

    def step() -> None:
        y, backward = model.forward(x, training=True)
        _, dy = softmax_cross_entropy(y, t)
        optimizer.zero_grad()
        backward(dy)
        optimizer.step()

    return step


def convolution(device: str) -> Work:
    """32 filters of 3 x 3 on 64 images of 32 x 32 pixels and 16 channels, there and back."""
    rng = np.random.default_rng(0)
    x, W, b = (
        to_device(rng.normal(size=shape).astype(np.float32), device)
        for shape in ((64, 16, 32, 32), (32, 16, 3, 3), (32,))
    )

    def there_and_back() -> None:
        u, cache = conv2d_forward(x, W, b, padding=1)
        conv2d_backward(u, cache)

    return there_and_back


def moved_activation(device: str) -> Work:
    """GELU of ten million numbers that come from main memory and go back there."""
    u = np.random.default_rng(0).normal(size=10_000_000).astype(np.float32)

    def work() -> Array:
        return to_numpy(gelu_forward(to_device(u, device))[0])

    return work


WORKLOADS = {
    "step of training an MLP": training_step,
    "convolution, there and back": convolution,
    "GELU with transfer": moved_activation,
}


def processor() -> str:
    """Name of the processor, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.partition(": ")[2] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main() -> None:
    """Measure and print, or say that there is nothing to measure on."""
    try:
        choose_device("cuda", say=False)
    except RuntimeError as problem:
        print(f"no GPU here: {problem}")
        return
    cupy = import_module("cupy")
    gpu = cupy.cuda.runtime.getDeviceProperties(cupy.cuda.Device().id)["name"].decode()
    print(f"{gpu}, CuPy {cupy.__version__}")
    print(f"{processor()}, {os.cpu_count()} logical cores, NumPy {np.__version__}")
    print(f"Python {platform.python_version()}, medians of {ROUNDS} (10 % to 90 %), in ms")
    for name, make in WORKLOADS.items():
        work = {device: make(device) for device in ("cpu", "cuda")}
        times: dict[str, list[float]] = {device: [] for device in work}
        for k in range(WARM_UP + ROUNDS):
            for device, function in work.items():
                cupy.cuda.Device().synchronize()
                began = time.perf_counter()
                function()
                cupy.cuda.Device().synchronize()  # a GPU works on after the call has returned
                if k >= WARM_UP:
                    times[device].append(1000 * (time.perf_counter() - began))
        said = []
        for device, values in times.items():
            low, middle, high = (statistics.quantiles(values, n=10)[i] for i in (0, 4, 8))
            said.append(f"{device} {middle:8.2f} ({low:.2f} to {high:.2f})")
        ratio = statistics.median(times["cpu"]) / statistics.median(times["cuda"])
        print(f"{name:28} {'  '.join(said)}  {ratio:6.1f} times as fast on the GPU")


if __name__ == "__main__":
    main()
