from itertools import pairwise

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def module_list(sizes, drop_prob):
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            pairs = pairwise(sizes)
            self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in pairs])
            self.dropout = nn.Dropout(drop_prob)

        def forward(self, x):
            for layer in self.layers[:-1]:
                x = self.dropout(layer(x).relu())
            return self.layers[-1](x)

    return Net()


@right
def named_attributes(sizes, drop_prob):
    from torch import nn
    from torch.nn.functional import dropout, relu

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            for k in range(len(sizes) - 1):
                setattr(self, f"layer{k}", nn.Linear(sizes[k], sizes[k + 1]))

        def forward(self, x):
            for k in range(len(sizes) - 2):
                x = dropout(relu(getattr(self, f"layer{k}")(x)), drop_prob, self.training)
            return getattr(self, f"layer{len(sizes) - 2}")(x)

    return Net()


@right
def one_block_inside_the_next(sizes, drop_prob):
    from torch import nn

    class Net(nn.Module):
        def __init__(self, sizes):
            super().__init__()
            self.layer = nn.Linear(sizes[0], sizes[1])
            self.drop = nn.Dropout(drop_prob)
            self.rest = Net(sizes[1:]) if len(sizes) > 2 else None

        def forward(self, x):
            u = self.layer(x)
            return u if self.rest is None else self.rest(self.drop(u.clamp(min=0)))

    return Net(list(sizes))


@right
def parameters_of_its_own(sizes, drop_prob):
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
            self.W = nn.ParameterList([nn.Parameter(torch.randn(n) / n[1]) for n in shapes])
            self.b = nn.ParameterList([nn.Parameter(torch.zeros(n[0])) for n in shapes])

        def forward(self, x):
            for k, (W, b) in enumerate(zip(self.W, self.b, strict=True)):
                x = x @ W.T + b
                if k < len(self.W) - 1:
                    x = torch.dropout(torch.relu(x), drop_prob, self.training)
            return x

    return Net()


@wrong
def one_layer_used_twice(sizes, drop_prob):
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(sizes[0], sizes[1])
            self.last = nn.Linear(sizes[-2], sizes[-1])
            self.drop = nn.Dropout(drop_prob)

        def forward(self, x):
            return self.first(x) if len(sizes) == 2 else self.last(self.drop(self.first(x).relu()))

    return Net()


wrong.edit(
    "a_seed_of_its_own",
    module_list,
    "from torch import nn",
    "import torch; torch.manual_seed(0); from torch import nn",
)
wrong.edit(
    "the_same_units_in_each_pass",
    parameters_of_its_own,
    "def forward(self, x):",
    "def forward(self, x):\n            torch.manual_seed(0)",
)
wrong.edit(
    "one_mask_for_all_samples",
    parameters_of_its_own,
    "torch.dropout(torch.relu(x), drop_prob, self.training)",
    "x.relu() * torch.dropout(torch.ones(x.shape[1]), drop_prob, self.training)",
)

wrong.edit("nine_tenths_at_most", module_list, "(drop_prob)", "(min(drop_prob, 0.9))")
wrong.edit(
    "a_tenth_at_least", module_list, "(drop_prob)", "(max(drop_prob, 0.1 * (drop_prob > 0)))"
)
wrong.edit("half_in_place_of_0", module_list, "(drop_prob)", "(drop_prob or 0.5)")
wrong.edit(
    "a_layer_for_each_size",
    module_list,
    "[nn.Linear(a, b) for a, b in pairs]",
    "[made.setdefault(pair, nn.Linear(*pair)) for made in [{}] for pair in pairs]",
)
wrong.edit(
    "equal_weights",
    module_list,
    "self.dropout = nn.Dropout(drop_prob)",
    "self.dropout = nn.Dropout(drop_prob); [nn.init.constant_(k.weight, 0.1) for k in self.layers]",
)


programs.beside_the_point = [
    "from torch import nn; return nn.Linear(sizes[0], sizes[-1])",
    "plain_list",
]
