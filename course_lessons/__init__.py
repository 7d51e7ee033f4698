"""What the notebooks use beside the library: a module for what each trains and draws, by its topic.

Beside these: `experiment` (trials and intervals), `figures` (which move), `clinic` (trainings with
an unknown fault), `unknown_layer` and `unknown_pooling` (functions to test), and `in_browser`.
"""
