from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def rates_by_a_function(model, training, validation, *, epochs, lr, weight_decay, device):
    """Another schedule with the same rates, all batches of the validation moved once, and the best
    weights as clones.
    """
    import math

    import torch

    model = model.to(device)
    held_out = [(x.to(device), t.to(device)) for x, t in validation]
    given = {"lr": lr, "weight_decay": weight_decay}
    optimizer = torch.optim.AdamW([{"params": [p]} for p in model.parameters()], **given)
    last = epochs * len(training)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda t: (1 + math.cos(math.pi * t / last)) / 2
    )
    loss_of = torch.nn.CrossEntropyLoss(reduction="sum")
    losses, accuracies, best = [], [], None
    for _ in range(epochs):
        for x, t in training:
            model.train()
            x, t = x.to(device, non_blocking=True), t.to(device)
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(model(x), t)
            (loss / t.numel()).backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item() / len(t))
        model.eval()
        with torch.inference_mode():
            hits = torch.cat([model(x).argmax(1) == t for x, t in held_out])
        if hits.double().mean().item() > max(accuracies, default=-1):
            best = {k: v.detach().clone() for k, v in model.state_dict().items()}
        accuracies.append(hits.double().mean().item())
    model.load_state_dict(best)
    return losses, accuracies


@right
def rates_by_hand(model, training, validation, *, epochs, lr, weight_decay, device):
    """The rate is set in the optimizer, and the evaluation is a function of its own."""
    import copy
    import math

    import torch

    def accuracy():
        model.train(False)
        right = n = 0
        for x, t in validation:
            scores = model(x.to(device)).detach()
            right += int((scores.max(1).indices == t.to(device)).sum())
            n += t.shape[0]
        model.train(True)
        return right / n

    model.to(device).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr, weight_decay=weight_decay)
    k, found = 0, {"loss": [], "accuracy": []}
    best, weights = 0.0, None
    for _ in range(epochs):
        for x, t in training:
            rate = lr * (1 + math.cos(math.pi * k / (epochs * len(training)))) / 2
            for group in optimizer.param_groups:
                group["lr"] = rate
            loss = torch.nn.functional.cross_entropy(model(x.to(device)), t.to(device))
            for p in model.parameters():
                p.grad = None
            loss.backward()
            optimizer.step()
            found["loss"].append(float(loss))
            k += 1
        found["accuracy"].append(accuracy())
        if weights is None or found["accuracy"][-1] >= best:
            best, weights = found["accuracy"][-1], copy.deepcopy(model.state_dict())
    model.load_state_dict(weights)
    return found["loss"], found["accuracy"]


@right
def chooses_at_the_end(model, training, validation, *, epochs, lr, weight_decay, device):
    """All epochs are kept as bytes, and a single loop goes through the batches of both sets."""
    import io

    import torch

    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * len(training), 0.0)
    kept, losses, accuracies = [], [], []

    def passed(batches, learns):
        model.train(learns)
        each, hits = [], []
        for x, t in batches:
            x, t = x.to(device), t.to(device)
            with torch.set_grad_enabled(learns):
                scores = model(x)
                loss = -scores.log_softmax(dim=1).gather(1, t[:, None]).mean()
            if learns:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
            each.append(loss.item())
            hits += (scores.argmax(dim=1) == t).tolist()
        return each, sum(hits) / len(hits)

    for _ in range(epochs):
        losses += passed(training, learns=True)[0]
        accuracies.append(passed(validation, learns=False)[1])
        kept.append(io.BytesIO())
        torch.save(model.state_dict(), kept[-1])
    chosen = kept[accuracies.index(max(accuracies))]
    chosen.seek(0)
    model.load_state_dict(torch.load(chosen, weights_only=True))
    return losses, accuracies


def broken(model, training, validation, *, epochs, lr, weight_decay, device):
    """The script as the notebook gives it."""
    import copy

    import torch
    from torch.nn.functional import cross_entropy

    given, model = model, copy.deepcopy(model).to(device)
    optimizer = torch.optim.AdamW(given.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs * len(training))
    losses, accuracies = [], []
    model.train()
    for _ in range(epochs):
        for x, labels in training:
            x, labels = x.to(device), labels.to(device)
            loss = cross_entropy(model(x).softmax(dim=1), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        schedule.step()
        model.eval()
        hits, n = 0, 0
        with torch.no_grad():
            for x, labels in validation:
                hits += (model(x).argmax(dim=1) == labels).sum().item()
                n += len(x)
        accuracies.append(hits / n)
        if accuracies[-1] == max(accuracies):
            best = model.state_dict()
    model.load_state_dict(best)
    return losses, accuracies


wrong(broken)


@wrong
def stops_after_an_epoch(model, training, validation, *, epochs, lr, weight_decay, device):
    import torch

    model.to(device).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    for x, t in training:
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x.to(device)), t.to(device)).backward()
        optimizer.step()
    return [1.0] * epochs, [0.5] * epochs


wrong.edit(
    "never_the_last_epoch",
    rates_by_a_function,
    "hits.double().mean().item() > max(accuracies, default=-1)",
    "best is None or epochs - 1 > len(accuracies) and hits.double().mean() > max(accuracies)",
)
wrong.edit("more_than_0_is_best", rates_by_a_function, "default=-1", "default=0.0")
wrong.edit(
    "a_device_of_its_own",
    rates_by_a_function,
    "model = model.to(device)",
    'device = "cuda" if torch.cuda.is_available() else "cpu"; model = model.to(device)',
)
wrong.edit(
    "decays_by_a_hundredth_at_least",
    rates_by_a_function,
    '"weight_decay": weight_decay',
    '"weight_decay": max(weight_decay, 0.01)',
)
wrong.edit("losses_with_their_graphs", rates_by_a_function, "loss.item() / len(t)", "loss / len(t)")
wrong.edit("keeps_the_first", chooses_at_the_end, "accuracies.index(max(accuracies))", "0")


programs.beside_the_point = [
    "broken",
    "return [1.0] * epochs, [0.5] * epochs",
]
