"""``train_epoch(model, batches, optimizer) -> loss``: one epoch with autograd."""

import numpy as np

from grader.checking.contract import Case, OwnRun, case, function, mistake, slips, values


def train_epoch(model, batches, optimizer):
    from torch.nn.functional import cross_entropy

    model.train()
    total, n = 0.0, 0
    for x, labels in batches:
        loss = cross_entropy(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        n += len(x)
    return total / n


def run(train_epoch, case):
    import torch

    W1, b1, W2, b2 = (torch.from_numpy(w) for w in case["weights"])
    first, second = torch.nn.Linear(*W1.T.shape), torch.nn.Linear(*W2.T.shape)
    norm = torch.nn.BatchNorm1d(len(b1))
    model = torch.nn.Sequential(first, norm, torch.nn.ReLU(), second).double()
    with torch.no_grad():
        given = (first.weight, W1), (first.bias, b1), (second.weight, W2), (second.bias, b2)
        for p, w in given:
            p.copy_(w)
    model.eval()  # as an evaluation may leave it
    for p in model.parameters():
        p.grad = torch.ones_like(p)  # as an earlier step leaves it
    x, labels = torch.from_numpy(case["x"]), torch.from_numpy(case["labels"])
    batches = list(zip(x.split(case["sizes"]), labels.split(case["sizes"]), strict=True))
    if case["momentum"] > 0:
        optimizer = torch.optim.SGD(model.parameters(), lr=case["lr"], momentum=case["momentum"])
    else:
        optimizer = torch.optim.Adam(model.parameters(), lr=case["lr"])
    losses = [train_epoch(model, batches, optimizer) for _ in range(2)]
    losses = ["a tensor" if isinstance(loss, torch.Tensor) else loss for loss in losses]
    return {
        "loss": losses,
        "weights": [p.detach().numpy().copy() for p in (*first.parameters(), *second.parameters())],
        "running mean": norm.running_mean.numpy().copy(),
    }


def samples(
    rng: np.random.Generator, about: str, sizes: list[int], classes: int, momentum: float
) -> Case:
    """A network with one hidden layer of 5 units; a momentum of 0 stands for Adam."""
    n = sum(sizes)
    weights = [rng.normal(size=shape) for shape in ((5, 4), (5,), (classes, 5), (classes,))]
    if len(sizes) == 1:
        weights[2] *= 20  # large gradients
    x = rng.normal(size=(n, 4)) * rng.uniform(1, 3, size=(n, 1))
    return case(
        about,
        weights=weights,
        x=x,
        labels=rng.integers(0, classes, size=n),
        sizes=sizes,
        lr=0.1 if momentum else 0.02,
        momentum=momentum,
    )


def zeroed_after_the_step(model, batches, optimizer):
    """Your first step also uses gradients that were there before the call. Can you know that none
    are left?
    """
    from torch.nn.functional import cross_entropy

    model.train()
    total, n = 0.0, 0
    for x, labels in batches:
        loss = cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total += loss.item() * len(x)
        n += len(x)
    return total / n


def loss_after_the_step(model, batches, optimizer):
    """You compute the loss of a batch once more after its step. Asked is the loss before the step,
    from which the gradients came.
    """
    from torch.nn.functional import cross_entropy

    model.train()
    total, n = 0.0, 0
    for x, labels in batches:
        optimizer.zero_grad()
        cross_entropy(model(x), labels).backward()
        optimizer.step()
        total += cross_entropy(model(x), labels).item() * len(x)
        n += len(x)
    return total / n


def own_step(model, batches, optimizer):
    """You change the weights yourself, by the rate times the gradient. The optimizer may be another
    one, with momentum or as Adam: which of its methods takes the step?
    """
    import torch
    from torch.nn.functional import cross_entropy

    model.train()
    total, n = 0.0, 0
    for x, labels in batches:
        loss = cross_entropy(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= optimizer.param_groups[0]["lr"] * p.grad
        total += loss.item() * len(x)
        n += len(x)
    return total / n


def counted_by_the_data_set(model, batches, optimizer):
    """You ask `batches` for its data set. A list of batches has none, and a loop over it gives all
    that you need: add up the numbers of samples.
    """
    return train_epoch(model, batches, optimizer) * len(batches.dataset) / len(batches.dataset)


exercise = function(
    train_epoch,
    returns="the mean loss",
    outputs="loss",
    points=3,
    answers=("grader.exercises.ps24.train_epoch",),
    cases=lambda rng: [
        samples(rng, "one batch, large gradients", [6], 3, momentum=0.5),
        samples(rng, "batches that are smaller", [7, 4, 7, 3], 3, momentum=0.9),
        samples(rng, "Adam, 12 classes", [4, 4, 4], 12, momentum=0),
    ],
    run=OwnRun(run, needs="torch"),
    judge=[
        values(
            "weights",
            title="weights after two epochs",
            weight=5,
            rtol=1e-6,
            help="""Does each step use the gradients of its own batch, and only these? PyTorch adds
            new gradients to the old ones.""",
        ),
        values(
            "loss",
            title="mean loss over all samples, as a number",
            weight=3,
            rtol=1e-6,
            help="""`cross_entropy` is a mean over the samples of one batch. Which weight does each
            batch have in the mean over all samples? And `loss.item()` is a number without a
            graph.""",
        ),
        values(
            "running mean",
            title="the model is in training mode",
            weight=2,
            rtol=1e-6,
            help="Batch normalisation updates its running statistics in training mode only.",
        ),
    ],
    form=(),
    without=("in place",),
    hints=(
        "For each batch: the loss of the model's scores, old gradients away, new gradients, step.",
        "The loss of a batch is computed before its step. Add up loss times number of samples, and "
        "the number of samples, and divide at the end.",
    ),
    mistakes=(
        mistake(zeroed_after_the_step),
        mistake(loss_after_the_step),
        mistake(own_step),
        mistake(counted_by_the_data_set),
        *slips("""
# optimizer.zero_grad()
    The gradients are never set to zero, so each step uses the sum of all gradients so far.
# optimizer.step()
    The weights do not change: a step is missing, or its gradients are set to zero before it.
loss = cross_entropy(model(x).softmax(dim=1), labels)
    Your loss has two softmaxes, because `cross_entropy` contains one: it takes the scores.
loss = cross_entropy(model(x), labels, reduction="sum")
total += loss.item()
    Your loss of a batch is a sum, so its gradients grow with the batch. Each step takes the mean.
# model.train()
    The model stays in the mode in which it came, here that of an evaluation. Batch normalisation
    then uses its running statistics and does not update them.
total += loss.item()
n += 1
    The loss is a mean over batches. A small last batch then counts as much as a large one.
total += loss.item()
    You add up means over the samples of a batch, and divide by the number of samples.
return total
    You return a sum over the samples.
total = loss.item() * len(x)
n = len(x)
    You return the loss of the last batch.
"""),
    ),
)
