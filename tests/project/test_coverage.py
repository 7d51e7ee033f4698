"""Everything in the five lecture texts has its place. That the cells run, test_notebooks shows."""

from dataclasses import replace

import pytest

from grader.authoring import assignments
from tests.project import ROOT
from tests.project.coverage import PAGE, how_well, numbers, rows, texts_of_cells

# Every slide or section that teaches something, in order; S2 and S3 repeat some of their titles.
SLIDES = {
    "S0": [
        "Outline of training neural networks (recap)",
        "Basic algorithm: gradient descent",
        "Computing gradients is cumbersome",
        "Outline of backpropagation (BP) algorithm",
        "Derivation of BP algorithm: Preparation",
        "Derivation of BP algorithm: Chain rule 1/2",
        "Derivation of BP algorithm: Chain rule 2/2",
        "Derivation of BP algorithm: Deltas",
        "Derivation of BP algorithm: Backprop of deltas",
        "Derivation of BP algorithm: Summary",
        "Complete backpropagation algorithm",
        "Deltas at the output layer",
        "Derivation of activation functions",
        "Outline of training a neural net",
        "Stochastic gradient descent: Use of minibatch",
        "SGD w/ momentum",
        "Initialization of weights",
        "Generalization ability",
        "Standard practice of handling data",
        "Standardization of inputs",
        "How to get started on Google Colaboratory",
        "Programming language & DL framework",
    ],
    "S1": [
        "What Is the Problem?",
        "Output Layer",
        "Hidden Layers",
        "Backpropagation",
    ],
    "S2": [
        "Activation Functions",
        "Sigmoid activation",
        "tanh activation",
        "ReLU (Rectifier Linear Unit)",
        "Batch Normalization",
        "Gradient Descent Update",
        "Momentum Update",
        "Adagrad Update",
        "RMSProp Update",
        "Adam Update",
        "Learning Rate",
        "Beyond Training Error",
        "Model Ensembles",
        "Regularization: Add term to loss",
        "Regularization: Dropout",
        "Regularization: Data Augmentation",
        "Horizontal Flips",
        "Random crops and scales",
    ],
    "S3": [
        "Neuron, Perceptron and MLP",
        "Loss or Objective",
        "Back Propagation",
        "Gradient Descent",
        "Neural Network Training",
        "Chain Rule",
        "Key Computation: Forward-Propagation",
        "Key Computation: Backward-Propagation",
        "Back Propagation for MLP",
        "A simpler view point",
        "Back Propagation (X,Y): Propagation",
        "Back Propagation (X,Y): Also Learning",
        "Summary",
        "Loss Functions",
        "Why Challenging?",
        "Saddle Point",
        "Vanishing and Exploding Gradients",
        "Solution: Better Estimate of the Gradient",
        "Solution: Better Update Equation",
        "Solution: Better Optimizers",
        "Solution: Better Weight Initialization",
        "Regularization of the Network",
    ],
    "S4": [
        "Computational graph",
        "How can we train the weights?",
        "How do we optimize over weights?",
        "Stochastic gradient descent for ANNs",
        "Backpropagation: Matrix form",
        "Some questions",
        "Initializing weights",
        "Propagation of variance (ReLU)",
        "Effects of (im)proper initialization",
        "Learning rate",
        "Learning with momentum",
        "Weight-space symmetries",
        "Avoiding overfitting",
        "Early stopping",
        "Dropout regularization",
        "Dropout: Train vs Test",
        "Overfitting illustration",
        "Dropout Results",
        "Dropout: Effect on filters",
        "Batch normalization",
    ],
}


@pytest.mark.parametrize("source", SLIDES)
def test_every_slide_has_its_place(source: str) -> None:
    named = " / ".join(row.slide for row in rows() if row.source == source).casefold()
    assert [title for title in SLIDES[source] if title.casefold() not in named] == []


def test_every_notebook_has_its_rows() -> None:
    assert {row.notebook for row in rows()} == set(assignments(ROOT))


def test_each_row_has_texts_of_its_cells_and_no_text_is_left() -> None:
    found = [(row.source, row.notebook, row.what) for row in rows()]
    assert len(found) == len(set(found))
    assert set(found) == set(texts_of_cells())


def test_the_page_says_how_well_each_topic_is_covered() -> None:
    wrong = [f"{row.what}: {how_well(row)}" for row in rows() if row.grade != how_well(row)]
    assert wrong == [], "python -m tests.project.coverage writes the grades"
    page = PAGE.read_text("utf-8").splitlines()
    assert [line for line in numbers(rows()) if line not in page] == []


@pytest.mark.parametrize(
    ("what", "grade"),
    [
        ("derivative of ReLU", "graded"),  # a function with a check
        ("deltas by backpropagation, gradient = delta times input", "practised"),
        ("saturated neurons kill the gradients, measured over the size of the weights", "measured"),
        ("slip: f'(0) = 1", "shown"),
    ],
)
def test_a_grade_is_what_a_reader_of_the_notebook_would_say(what: str, grade: str) -> None:
    (row,) = [row for row in rows() if row.what == what]
    assert how_well(row) == grade


def test_a_row_whose_cell_is_gone_says_which_text_to_quote_anew() -> None:
    row = replace(rows()[0], cells=("a text that no cell has",))
    with pytest.raises(LookupError, match=f"{row.notebook} under .*a text that no cell has"):
        how_well(row)
    with pytest.raises(LookupError, match="a heading that is gone"):
        how_well(replace(row, heading="a heading that is gone"))
