import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def all_hits_in_one_tensor(model, batches):
    import torch

    before = model.training
    model.train(False)
    with torch.inference_mode():
        hits = [torch.argmax(model(x), 1).eq(labels) for x, labels in batches]
    if before:
        model.train()
    return torch.cat(hits).double().mean().item()


@right
def decorated(model, batches):
    import torch

    @torch.no_grad()
    def counts():
        for x, labels in batches:
            yield sum(int(k) == int(t) for k, t in zip(model(x).max(dim=1)[1], labels, strict=True))

    @torch.no_grad()
    def sizes():
        return [len(labels) for _, labels in batches]

    mode = model.training
    model.eval()
    try:
        with torch.no_grad():
            return sum(counts()) / sum(sizes())
    finally:
        model.train(mode)


@right
def with_a_copy(model, batches):
    import copy

    import torch

    other, right, n = copy.deepcopy(model).eval(), 0.0, 0
    with torch.no_grad():
        for x, labels in batches:
            scores = other(x)
            best = scores.amax(dim=1)
            right += float((scores[torch.arange(len(x)), labels] == best).sum())
            n += len(x)
    return right / n


@wrong
def loss_of_the_mode_at_an_error(model, batches):
    import torch

    model.eval()
    with torch.no_grad():
        right = sum(int((model(x).argmax(1) == labels).sum()) for x, labels in batches)
    model.train()
    return right / sum(len(labels) for _, labels in batches)


@wrong
def error_rate(model, batches):
    import torch

    mode = model.training
    model.eval()
    with torch.no_grad():
        wrong = sum(int((model(x).argmax(1) != labels).sum()) for x, labels in batches)
    model.train(mode)
    return wrong / sum(len(labels) for _, labels in batches)


@wrong
def no_parameter_takes_a_gradient_afterwards(model, batches):
    for p in model.parameters():
        p.requires_grad_(False)
    mode = model.training
    model.eval()
    found = [(model(x).argmax(dim=1) == labels).numpy() for x, labels in batches]
    model.train(mode)
    return np.concatenate(found).mean()


@wrong
def autograd_on_in_the_end(model, batches):
    import torch

    found = all_hits_in_one_tensor(model, batches)
    torch.set_grad_enabled(True)
    return found


@wrong
def a_tensor(model, batches):
    import torch

    return torch.tensor(with_a_copy(model, batches))


@wrong
def trains_all_weights_afterwards(model, batches):
    model.requires_grad_(False)
    accuracy = with_a_copy(model, batches)
    model.requires_grad_(True)
    return accuracy


@wrong
def softmax_by_hand(model, batches):
    import torch

    mode, right, n = model.training, 0, 0
    model.eval()
    with torch.no_grad():
        for x, labels in batches:
            y = torch.exp(model(x))
            right += ((y / y.sum(dim=1, keepdim=True)).argmax(dim=1) == labels).sum().item()
            n += len(x)
    model.train(mode)
    return right / n


wrong.edit(
    "labels_of_another_loop",
    all_hits_in_one_tensor,
    "hits = [torch.argmax(model(x), 1).eq(labels) for x, labels in batches]",
    "hits = torch.cat([model(x).argmax(1) for x, _ in batches]); "
    "hits = [hits.eq(torch.cat([labels for _, labels in batches]))]",
)
wrong.edit("ten_classes", all_hits_in_one_tensor, "model(x)", "model(x)[:, :10]")
wrong.edit("scores_above_0", all_hits_in_one_tensor, "model(x)", "model(x).relu()")


programs.beside_the_point = [
    "return 0.5",
    "# model.eval()",
]
