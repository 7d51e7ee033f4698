import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def by_autograd(model, x, labels, kind):
    """Gradients of a copy of the model in another type, as NumPy arrays in float64."""
    import copy

    import torch

    other = copy.deepcopy(model).to(getattr(torch, kind))
    for p in other.parameters():
        p.grad = None
    y = other(torch.tensor(x, dtype=getattr(torch, kind)))
    torch.nn.functional.cross_entropy(y, torch.tensor(labels)).backward()
    return [p.grad.double().numpy() for p in other.parameters()]


@right
def relative_norms_of_differences(model, x, labels, own):
    theirs = by_autograd(model, x, labels, "float64")
    if len(own) != len(theirs):
        return False
    for a, b in zip(own, theirs, strict=True):
        if a.shape != b.shape or np.linalg.norm(a - b) > 1e-10 * np.linalg.norm(b):
            return False
    return True


@right
def allclose_with_a_scale(model, x, labels, own):
    theirs = by_autograd(model, x, labels, "float64")
    return len(own) == len(theirs) and all(
        a.shape == b.shape and np.allclose(a, b, rtol=0, atol=1e-9 * np.abs(b).max())
        for a, b in zip(own, theirs, strict=True)
    )


@right
def functional_call(model, x, labels, own):
    import torch

    weights = {n: p.detach().double().requires_grad_() for n, p in model.named_parameters()}
    y = torch.func.functional_call(model, weights, (torch.from_numpy(x),))
    loss = -y.log_softmax(1)[torch.arange(len(x)), torch.from_numpy(labels)].mean()
    theirs = torch.autograd.grad(loss, list(weights.values()))
    if [tuple(g.shape) for g in theirs] != [np.shape(g) for g in own]:
        return False
    errors = [
        float((torch.from_numpy(a) - b).abs().max() / b.abs().max().clamp(min=1e-300))
        for a, b in zip(own, theirs, strict=True)
    ]
    return bool(np.max(errors) < 1e-12)


@wrong
def float32_and_a_fixed_tolerance(model, x, labels, own):
    theirs = by_autograd(model, x, labels, "float32")
    return all(np.allclose(a, b) for a, b in zip(own, theirs, strict=False))


@wrong
def float32_and_relative(model, x, labels, own):
    theirs = by_autograd(model, x, labels, "float32")
    return [a.shape for a in own] == [b.shape for b in theirs] and all(
        np.abs(a - b).max() < 1e-4 * np.abs(b).max() for a, b in zip(own, theirs, strict=True)
    )


@wrong
def allclose_in_float64(model, x, labels, own):
    theirs = by_autograd(model, x, labels, "float64")
    return [a.shape for a in own] == [b.shape for b in theirs] and all(
        np.allclose(a, b) for a, b in zip(own, theirs, strict=True)
    )


@wrong
def entry_by_entry(model, x, labels, own):
    theirs = by_autograd(model, x, labels, "float64")
    return [a.shape for a in own] == [b.shape for b in theirs] and all(
        np.all(np.abs(a - b) <= 1e-9 * np.abs(b)) for a, b in zip(own, theirs, strict=True)
    )


@wrong
def adds_to_the_gradients(model, x, labels, own):
    import torch

    found = allclose_with_a_scale(model, x, labels, own)
    y = model(torch.from_numpy(x).float())
    torch.nn.functional.cross_entropy(y, torch.from_numpy(labels)).backward()
    return found


@wrong
def a_fixed_tolerance_in_float64(model, x, labels, own):
    theirs = by_autograd(model, x, labels, "float64")
    return [a.shape for a in own] == [b.shape for b in theirs] and all(
        np.abs(a - b).max() <= 1e-14 for a, b in zip(own, theirs, strict=True)
    )


@wrong
def all_entries_in_one_vector(model, x, labels, own):
    theirs = by_autograd(model, x, labels, "float64")
    a, b = (np.concatenate([np.ravel(g) for g in side]) for side in (own, theirs))
    return a.shape == b.shape and bool(np.linalg.norm(a - b) <= 1e-11 * np.linalg.norm(b))


@wrong
def changes_the_model(model, x, labels, own):
    import torch

    y = model.double()(torch.from_numpy(x))
    loss = torch.nn.functional.cross_entropy(y, torch.from_numpy(labels))
    theirs = [g.numpy() for g in torch.autograd.grad(loss, list(model.parameters()))]
    return [a.shape for a in own] == [b.shape for b in theirs] and all(
        np.abs(a - b).max() <= 1e-11 * np.abs(b).max() for a, b in zip(own, theirs, strict=True)
    )


wrong.edit(
    "anything_where_0_is_right",
    allclose_with_a_scale,
    "np.allclose(",
    "not b.any() or np.allclose(",
)
wrong.edit(
    "zeros_are_not_compared",
    allclose_with_a_scale,
    "np.allclose(",
    "not a.any() or np.allclose(",
)
wrong.edit(
    "two_layers_of_any_number",
    allclose_with_a_scale,
    "zip(own, theirs, strict=True)",
    "zip(own[:4], theirs[:4], strict=True)",
)
wrong.edit(
    "matrices_alone",
    allclose_with_a_scale,
    "zip(own, theirs, strict=True)",
    "zip(own[::2], theirs[::2], strict=True)",
)
wrong.edit("as_large_as_the_smallest_fault", allclose_with_a_scale, "1e-9", "3e-7")
wrong.edit("as_small_as_rounding", allclose_with_a_scale, "1e-9", "1e-15")


programs.beside_the_point = [
    "return True",
    "return False",
    "float32_and_a_fixed_tolerance",
]

programs.equivalent = changes("""
errors = [np.abs(a - b).max() for a, b in pairs] -> errors = [np.abs(b - a).max() for a, b in pairs]
    a size has no sign
return same_form and bool(np.all(np.array(errors) <= 1e-11 * np.array(sizes)))
    a tolerance between rounding and the smallest fault
""")
