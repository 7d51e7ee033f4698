"""``whole_training(model, training, validation, …)``: a whole script without its seven faults.

Nothing in it is random, so losses, accuracies and weights are those of the reference. What a single
fault would hide in them is watched: the rates and settings of the optimizer, the mode and the place
of each batch, and the weights at each evaluation.
"""

from typing import Any

import numpy as np

from grader.checking.contract import Case, Exercise, OwnRun, case, holds, slip, slips, values

CLASSES, SIDE = 3, 6


def whole_training(model, training, validation, *, epochs, lr, weight_decay, device):
    import copy

    import torch
    from torch.nn.functional import cross_entropy

    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    steps = epochs * len(training)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)
    losses, accuracies = [], []
    for _ in range(epochs):
        model.train()
        for x, labels in training:
            x, labels = x.to(device), labels.to(device)
            loss = cross_entropy(model(x), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        model.eval()
        right, n = 0, 0
        with torch.no_grad():
            for x, labels in validation:
                x, labels = x.to(device), labels.to(device)
                right += (model(x).argmax(dim=1) == labels).sum().item()
                n += len(x)
        accuracies.append(right / n)
        if accuracies[-1] == max(accuracies):
            best = copy.deepcopy(model.state_dict())
    model.load_state_dict(best)
    return losses, accuracies


def run(whole_training, case):
    import torch
    from torch.optim.optimizer import register_optimizer_step_pre_hook

    computed = []  # what is computed with batches that are not on the device
    device = "cpu:0"  # the CPU, by a name that nobody writes who ignores `device`

    def is_there(where, how):
        """Whether the arguments of `to` lead to the device."""
        place = how["device"] if "device" in how else where[0] if where else None
        return isinstance(place, torch.device | torch.Tensor) or place == device

    class Sent(torch.Tensor):
        """A batch that has not been moved to the device; `to` returns one that has."""

        def to(self, *where, **how):
            return self.plain.to(*where, **how) if is_there(where, how) else self

        @classmethod
        def __torch_function__(cls, function, types, args=(), kwargs=None):
            name = function.__name__
            if name not in ("__get__", "__len__", "size", "dim", "numel"):
                given = *args, *(kwargs or {}).values()
                of = [a.what for a in given if hasattr(a, "what")]
                computed.extend(of or ["images or labels of a batch"])
            return super().__torch_function__(function, types, args, kwargs or {})

    def sent(array, what):
        plain = torch.from_numpy(array.copy())
        batch = plain.as_subclass(Sent)
        batch.plain, batch.what = plain, what
        return batch

    def batches(x, labels, kind):
        size = case["batch_size"]
        parts = [slice(i, i + size) for i in range(0, len(x), size)]
        names = f"images of a {kind} batch", f"labels of a {kind} batch"
        return [(sent(x[part], names[0]), sent(labels[part], names[1])) for part in parts]

    class Training:
        """In each epoch other batches, as with augmentation."""

        epoch = -1

        def __len__(self):
            return len(batches(*case["training"][0], "training"))

        def __iter__(self):
            self.epoch = min(self.epoch + 1, len(case["training"]) - 1)
            return iter(batches(*case["training"][self.epoch], "training"))

    held_out = {float(image[0, 0, 0]) for image in case["validation"][0]}
    first = float(case["validation"][0][0, 0, 0, 0])
    modes = {"training": [], "validation": []}
    states, moved = [], []

    class Watched(torch.nn.Sequential):
        def forward(self, x):
            if type(x) is Sent:
                what = getattr(x, "what", "images of a batch")
                moved.append(f"the {what} are used and were not moved to the device")
                x = x.plain
            pixel = float(x[0, 0, 0, 0])
            kind = "validation" if pixel in held_out else "training"
            if pixel == first:
                states.append({k: v.detach().clone() for k, v in self.state_dict().items()})
            modes[kind].append(self.training and self[1].training)
            return super().forward(x)

        def to(self, *where, **how):
            if is_there(where, how):
                moved.append("the model is moved")
            return super().to(*where, **how)

    W, V, b = (torch.from_numpy(w.copy()) for w in case["weights"])
    model = Watched(
        torch.nn.Conv2d(2, len(W), 3, padding=1, bias=False),
        torch.nn.BatchNorm2d(len(W), momentum=0.3),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(V.shape[1], V.shape[0]),
    ).double()
    moved.clear()
    with torch.no_grad():
        for p, w in ((model[0].weight, W), (model[5].weight, V), (model[5].bias, b)):
            p.copy_(w)
    model.eval()  # as an evaluation may leave it
    steps = []

    def before_a_step(optimizer, args, kwargs):
        group = optimizer.param_groups[0]
        own = {id(p) for p in model.parameters()}
        theirs = {id(p) for one in optimizer.param_groups for p in one["params"]}
        kind = type(optimizer).__name__
        steps.append((float(group["lr"]), kind, float(group["weight_decay"]), own <= theirs))

    watch = register_optimizer_step_pre_hook(before_a_step)
    given = {name: case[name] for name in ("epochs", "lr", "weight_decay")}
    try:
        losses, accuracies = whole_training(
            model, Training(), batches(*case["validation"], "validation"), **given, device=device
        )
    finally:
        watch.remove()
    numbers = not any(isinstance(a, torch.Tensor) for found in (losses, accuracies) for a in found)
    losses, accuracies = (
        [float(a if torch.is_tensor(a) else np.ravel(a)[0]) for a in found]
        for found in (losses, accuracies)
    )
    changed = any(not torch.equal(state["5.bias"], b) for state in states)
    weights = {k: v.detach().clone() for k, v in model.state_dict().items()}

    def same(one, other):
        return all(torch.equal(one[k], other[k]) for k in one)

    states = states[-len(accuracies) :]
    tops = [k for k, a in enumerate(accuracies) if a == max(accuracies)]
    used = [m for m in moved if "moved to" in m]
    used += [f"the {what} are used and were not moved to the device" for what in computed]
    if "the model is moved" not in moved:
        used.append("the model is not moved to the device")
    return {
        "numbers": numbers,
        "first loss": losses[0],
        "losses": losses,
        "accuracies": accuracies,
        "rates": [rate for rate, *_ in steps],
        "optimizer": sorted({kind for _, kind, *_ in steps}),
        "weight decay": sorted({decay for _, _, decay, _ in steps}),
        "trained": bool(changed and steps and all(own for *_, own in steps)),
        "modes": [modes["training"], modes["validation"]],
        "device": used[:1],
        "best": len(states) == len(accuracies) and any(same(states[k], weights) for k in tops),
        "last": [v.numpy() for k, v in states[-1].items() if "num" not in k] if states else [],
    }


def drawn(
    rng: np.random.Generator,
    about: str,
    n: int,
    epochs: int,
    *,
    late: bool = False,
    none_right: bool = False,
) -> Case:
    """Images of three classes; in the second epoch all labels of the training are one class.

    So the first epoch is the best one, and later ones mostly repair a part only. If ``late``, its
    labels are wrong and all others are right, so it is not. If ``none_right``, the images of the
    validation are of a class that the network never chooses, so each accuracy is 0.
    """
    kinds = rng.normal(size=(CLASSES, 2, SIDE, SIDE))

    def images(count: int) -> list[np.ndarray]:
        labels = rng.permutation(np.arange(count) % CLASSES)
        return [kinds[labels] + 0.7 * rng.normal(size=(count, 2, SIDE, SIDE)), labels]

    training = [images(n) for _ in range(epochs)]
    for _, labels in training[:1] if late else training[1:2]:
        labels[:] = (labels + 1) % CLASSES if late else 0
    x, t = images(int(rng.integers(19, 24)))
    t[:2] = (t[:2] + 1) % CLASSES  # so no accuracy is 1
    filters, inside = 4, 4 * (SIDE // 2) ** 2
    bias = rng.normal(size=CLASSES) / 6
    if none_right:
        t[:], bias[2] = 2, -50
        for _, labels in training:
            labels %= 2
    return case(
        about,
        training=training,
        validation=[x, t],
        weights=[
            rng.normal(size=(filters, 2, 3, 3)) / 3,
            rng.normal(size=(CLASSES, inside)) / 6,
            bias,
        ],
        batch_size=int(rng.integers(5, 8)) if epochs > 1 else n,
        epochs=epochs,
        lr=float(rng.uniform(0.03, 0.06)),
        weight_decay=float(rng.uniform(0.1, 0.5)) / (100 if none_right else 1),
    )


def optimizer_is_right(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    if not got["optimizer"]:
        return "No optimizer of `torch.optim` took a step."
    if got["optimizer"] != want["optimizer"]:
        return f"The steps were those of {', '.join(got['optimizer'])}; expected AdamW."
    if got["weight decay"] != want["weight decay"]:
        found, given = got["weight decay"][0], case["weight_decay"]
        return f"The optimizer decays the weights by {found:g}, and {given:.3g} was given."
    return None


def given_model_is_trained(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    if got["trained"]:
        return None
    return "The model that was given is not trained, or the optimizer does not have its parameters."


def modes_are_right(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    in_training, in_evaluation = got["modes"]
    if not in_training or not in_evaluation:
        return "The model did not see batches of both sets."
    if not all(in_training):
        k = in_training.index(False) + 1
        return f"Training batch {k} of {len(in_training)} is computed in evaluation mode."
    if any(in_evaluation):
        return "A validation batch is computed in training mode."
    return None


def all_is_on_the_device(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    return f"On a GPU it would stop: {got['device'][0]}." if got["device"] else None


def best_weights_are_kept(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    if got["best"]:
        return None
    best = int(np.argmax(got["accuracies"])) + 1 if got["accuracies"] else 0
    return f"At the end the model does not have the weights of epoch {best}, its best one."


exercise = Exercise(
    points=5,
    reference=(whole_training,),
    returns="losses and accuracies",
    answers=("grader.exercises.ps24.whole_training",),
    cases=lambda rng: {
        "one step": [drawn(rng, "one step", 9, epochs=1)],
        "several epochs": [
            drawn(rng, "five epochs", 33, epochs=5),
            drawn(rng, "four epochs", 32, epochs=4, late=True),
            drawn(rng, "two epochs, the last one is the best", 16, epochs=2, late=True),
            drawn(rng, "two epochs without a right image", 12, epochs=2, none_right=True),
        ],
    },
    run=OwnRun(run, needs="torch"),
    judge=[
        values(
            "first loss",
            title="rule 1: the loss before the first step",
            weight=2,
            rtol=1e-6,
            cases="one step",
            help="`cross_entropy` takes scores. What does the model return, and what do you do "
            "with it? In which mode is the model?",
        ),
        holds(
            "rule 2: the given model is trained",
            given_model_is_trained,
            weight=2,
            alone=False,
            help="Which object's parameters does the optimizer have, and which one computes? Is it "
            "the one that you were given, or a copy of it?",
        ),
        values(
            "rates",
            title="rule 3: the learning rate of each step",
            weight=2,
            rtol=1e-6,
            cases="several epochs",
            help="""In which unit does the schedule count: `T_max` is a number of calls of
            `schedule.step()`.""",
        ),
        holds(
            "rule 4: AdamW with the given weight decay",
            optimizer_is_right,
            weight=2,
            help="Which arguments of your function does the optimizer get?",
        ),
        holds(
            "rule 5: the mode of each batch",
            modes_are_right,
            weight=2,
            alone=False,
            help="`model.eval()` holds until somebody calls `model.train()`. Follow two epochs.",
        ),
        holds(
            "rule 6: model and batches are on the device",
            all_is_on_the_device,
            weight=2,
            alone=False,
            help="Each batch has to be moved to `device`: images and labels, of both sets.",
        ),
        holds(
            "rule 7: the weights of the best epoch",
            best_weights_are_kept,
            weight=2,
            alone=False,
            cases="several epochs",
            help="""`state_dict()` holds the tensors of the model themselves, and the next step
            changes them. Which function makes a copy? And which epoch is the best one if each
            accuracy is 0?""",
        ),
        values(
            "losses",
            "accuracies",
            "last",
            title="all losses and accuracies, and the weights after the last epoch",
            weight=6,
            rtol=1e-6,
            help="These need all of the above. If nothing is marked there: how often does each "
            "batch pass through the model, and is there a loss for each step?",
        ),
        holds(
            "losses and accuracies are numbers",
            lambda case, got, want: None if got["numbers"] else "There is a tensor among them.",
            alone=False,
            help="`.item()` of a tensor with one entry is its number.",
        ),
    ],
    hints="""
    Read the script from the top, and ask of each line: which object does it change, how often does
    it run, and in which mode and on which device is the model then?

    Write down for two epochs with two batches each: the mode at each call of the model, and the
    rate of each step.
    """,
    mistakes=(
        slip(
            "    model.to(device)\n    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, "
            "weight_decay=weight_decay)\n",
            "    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, "
            "weight_decay=weight_decay)\n    model = copy.deepcopy(model).to(device)\n",
            "A copy of the model computes, and the optimizer has the parameters of the given one. "
            "These get no gradients, so nothing is trained.",
        ),
        slip(
            "    for _ in range(epochs):\n        model.train()\n",
            "    model.train()\n    for _ in range(epochs):\n",
            "The model is in training mode in the first epoch only: each evaluation leaves it in "
            "evaluation mode. Batch normalisation then uses its running statistics.",
        ),
        slip(
            "schedule.step()\n            losses.append(loss.item())\n",
            "losses.append(loss.item())\n        schedule.step()\n",
            "The rate changes once in an epoch, but `T_max` counts all steps. So the rate hardly "
            "falls.",
        ),
        slip(
            "            for x, labels in validation:\n                x, labels = x.to(device), "
            "labels.to(device)\n",
            "            for x, labels in validation:\n",
            "The validation batches stay where the loader made them. With the model on a GPU, the "
            "first one stops the training.",
        ),
        slip(
            "optimizer.zero_grad()\n            loss.backward()\n",
            "loss.backward()\n            optimizer.zero_grad()\n",
            "You set the gradients to zero between `backward` and `step`, so each step has none.",
        ),
        slip(
            "optimizer.step()\n            schedule.step()\n",
            "schedule.step()\n            optimizer.step()\n",
            "You change the rate before the step. Step j = 0 has the rate lr, so `schedule.step()` "
            "comes behind `optimizer.step()`.",
        ),
        slip(
            "        for x, labels in training:\n            x, labels = x.to(device), "
            "labels.to(device)\n",
            "        for x, labels in training:\n            x = x.to(device)\n",
            "The training labels stay where the loader made them.",
        ),
        *slips("""
optimizer = torch.optim.AdamW(model.parameters(), lr=lr)
    `weight_decay` is never used. AdamW then takes its default, 0.01.
optimizer = torch.optim.Adam(model.parameters(), lr=lr, weight_decay=weight_decay)
    In `Adam` the decay is a part of the gradient (notebook 13). Which class has it beside the step?
loss = cross_entropy(model(x).softmax(dim=1), labels)
    Your loss has two softmaxes, because `cross_entropy` contains one: it takes the scores.
best = model.state_dict()
    The model does not end with the weights of its best epoch. Are the best ones loaded, and are
    they still the best? `state_dict()` has the tensors of the model themselves, which the next step
    changes.
# schedule.step()
    The rate never changes: nobody calls `schedule.step()`.
# model.train()
    You never call `model.train()`. The model may come to you in evaluation mode, and each
    evaluation leaves it so.
# optimizer.zero_grad()
    The gradients are never set to zero, so each step uses the sum of all gradients so far.
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
    `T_max` counts calls of `schedule.step()`. You call it after each batch, so after so many
    batches the rate is 0, and then it rises again.
schedule = torch.optim.lr_scheduler.LambdaLR(
    optimizer, lambda t: (1 + np.cos(np.pi * (t // len(training)) / epochs)) / 2
)
    Your rate changes once in an epoch. The task counts j in steps: how often in an epoch does the
    schedule take one?
# model.eval()
    The evaluation runs in training mode: batch normalisation uses the statistics of each batch, and
    changes its running statistics.
"""),
    ),
)
