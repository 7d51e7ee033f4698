import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def types_by_name(x, labels, batch_size, seed):
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    generator = torch.Generator()
    generator.manual_seed(seed)
    data = TensorDataset(
        torch.tensor(x, dtype=torch.float32), torch.tensor(labels, dtype=torch.int64)
    )
    return DataLoader(data, batch_size=batch_size, shuffle=True, generator=generator)


@right
def with_a_sampler(x, labels, batch_size, seed):
    import torch
    from torch.utils.data import DataLoader, RandomSampler, TensorDataset

    data = TensorDataset(
        torch.as_tensor(x).to(torch.float32), torch.as_tensor(labels).to(torch.long)
    )
    sampler = RandomSampler(data, generator=torch.Generator().manual_seed(seed))
    return DataLoader(data, batch_size, sampler=sampler)


@right
def a_list_of_pairs(x, labels, batch_size, seed):
    import torch
    from torch.utils.data import DataLoader

    pairs = [(row.astype("float32"), int(label)) for row, label in zip(x, labels, strict=True)]
    order = torch.Generator().manual_seed(seed)
    return DataLoader(pairs, batch_size, shuffle=True, generator=order)


@right
def batches_mixed_by_numpy(x, labels, batch_size, seed):
    import torch

    class Batches:
        def __init__(self):
            self.rng = np.random.default_rng(seed)

        def __iter__(self):
            order = self.rng.permutation(len(x))
            for start in range(0, len(x), batch_size):
                rows = order[start : start + batch_size]
                yield torch.from_numpy(x[rows]).float(), torch.from_numpy(labels[rows]).long()

    return Batches()


@wrong
def one_generator_for_all(x, labels, batch_size, seed, kept=[]):  # noqa: B006
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    if not kept:
        kept.append(torch.Generator().manual_seed(seed))
    data = TensorDataset(torch.from_numpy(x).float(), torch.from_numpy(labels).long())
    return DataLoader(data, batch_size, shuffle=True, generator=kept[0])


@wrong
def an_iterator_that_ends(x, labels, batch_size, seed):
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    data = TensorDataset(torch.from_numpy(x).float(), torch.from_numpy(labels).long())
    order = torch.Generator().manual_seed(seed)
    return iter(DataLoader(data, batch_size, shuffle=True, generator=order))


programs.beside_the_point = [
    "import torch; return [(torch.from_numpy(x).float(), torch.from_numpy(labels).long())]",
]
