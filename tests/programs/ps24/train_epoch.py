from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def zeroed_at_the_end(model, batches, optimizer):
    import torch

    model.train()
    optimizer.zero_grad()
    losses, sizes = [], []
    for x, labels in batches:
        loss = torch.nn.CrossEntropyLoss()(model(x), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss))
        sizes.append(len(labels))
    return sum(a * n for a, n in zip(losses, sizes, strict=True)) / sum(sizes)


@right
def sums_over_samples(model, batches, optimizer):
    from torch.nn.functional import cross_entropy

    model.train(True)
    total = n = 0
    for x, labels in batches:
        each = cross_entropy(model(x), labels, reduction="none")
        for p in model.parameters():
            p.grad = None
        each.mean().backward()
        optimizer.step()
        total, n = total + each.detach().sum().item(), n + len(each)
    return total / n


@right
def gradients_by_hand(model, batches, optimizer):
    import torch

    model.train()
    parameters, total, n = list(model.parameters()), 0.0, 0
    for x, labels in batches:
        scores = model(x)
        picked = scores.log_softmax(dim=1)[torch.arange(len(x)), labels]
        loss = -picked.mean()
        for p, g in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
            p.grad = g
        optimizer.step()
        total, n = total - picked.sum().item(), n + len(x)
    return total / n


def epoch(model, batches, optimizer, *, shown="before", zeroed="before the backward pass"):
    """An epoch in which the gradients are set to zero, and the loss is read, at another place."""
    from torch.nn.functional import cross_entropy

    model.train()
    total, n = 0.0, 0
    optimizer.zero_grad()
    for x, labels in batches:
        loss = cross_entropy(model(x), labels)
        if zeroed == "before the backward pass":
            optimizer.zero_grad()
        loss.backward()
        if zeroed == "before the step":
            optimizer.zero_grad()
        optimizer.step()
        if shown == "after":
            loss = cross_entropy(model(x), labels)
        total, n = total + (loss if shown == "as a tensor" else loss.item()) * len(x), n + len(x)
    return total / n


@wrong
def zeroed_once(model, batches, optimizer):
    return epoch(model, batches, optimizer, zeroed="before the epoch")


@wrong
def zeroed_before_the_step(model, batches, optimizer):
    return epoch(model, batches, optimizer, zeroed="before the step")


@wrong
def loss_after_the_step(model, batches, optimizer):
    return epoch(model, batches, optimizer, shown="after")


@wrong
def a_tensor(model, batches, optimizer):
    return epoch(model, batches, optimizer, shown="as a tensor")


wrong.edit(
    "clipped",
    zeroed_at_the_end,
    "loss.backward()",
    "loss.backward(); torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)",
)
wrong.edit(
    "ten_classes", zeroed_at_the_end, "(model(x), labels)", "(model(x)[:, :10], labels % 10)"
)
wrong.edit(
    "all_but_the_last_as_large_as_the_first",
    zeroed_at_the_end,
    "return ",
    "sizes[:-1] = sizes[:1] * (len(sizes) - 1); return ",
)


programs.beside_the_point = [
    "return 1.0",
    "# optimizer.step()",
]
