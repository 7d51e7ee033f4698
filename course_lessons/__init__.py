"""What the notebooks use beside the library: a module for what each trains and draws, by its topic.

Beside these: `experiment` (trials and intervals), `figures` (which move), `clinic` (trainings with
an unknown fault), `unknown_layer`, `unknown_pooling`, `unknown_norm` and `unknown_program` (to be
tested, in `pairs`), and `in_browser`.
"""
