"""Whether a sentence states a result, as far as its words show.

A sentence states a result if it says of something that is measured in a run, or of what a figure
shows, how large it is or how it compares. Where it stands decides what it needs: a caption needs a
number or a comparison; text below a cell that prints or draws has to name a measured quantity as
well; elsewhere it has to name seeds, runs or a mean, too. Questions, tasks, definitions,
derivations, settings of an experiment and what a source says are left out by their words. The words
were chosen for few false alarms: many general sentences without a number are not found.
"""

from __future__ import annotations

import re

from grader.authoring.sentences import FORMULA, Sentence


def _words(text: str) -> re.Pattern[str]:
    """Any of the words, which stand between blanks and may be patterns."""
    return _phrases(*text.split())


def _phrases(*phrases: str) -> re.Pattern[str]:
    """Any of the phrases, which may be patterns."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(phrases)})(?![\w-])", re.IGNORECASE)


# What can be measured, and of that what tells how well and how fast a network learns.
SUCCESS = _words(
    """loss(?:es)? accurac(?:y|ies) errors? cross-entropy confidence confident spreads? seeds? runs?
    epochs? networks? nets? validation test gap learns? learnt converges? diverges? correctly digit
    momentum Nesterov Adam Adagrad RMSProp AdamW Adadelta SGD descent dropout dropconnect whitening
    ensembles? penalt(?:y|ies) patience shifts? search methods? steps? gradients? plateau floor
    shuffling neighbours filters? trials? faults? noise"""
)
MEASURED = _words(
    """digits? images? patients training weights? variances? deviations? means? median
    probability probabilities eigenvalues? correlat(?:ed|ions?) seconds? time outputs? units?
    scores? predictions? standardising members? grids? draws? tanh sigmoids? relus? elu gelu
    softmax hinge curves? rates? curvatures? ratios? shares? minibatch(?:es)? batch(?:es)?
    distances? velocity copies differences? directions?"""
)

# How large it is.
NUMBER = re.compile(  # with decimals or per cent: other numbers are mostly counts and settings
    r"""(?<![\w.,/^])(?:\d[\d,]*\.\d+(?:e[-+−]?\d+)?(?![\w-])
    |\d[\d,.]*\s?(?:%|per\ cent|percent)|\de[-+−]?\d)
    |(?:after|within|about|needs|takes|took|only|by|of)\ \d[\d,]*\ (?:steps|epochs|seconds)\b""",
    re.VERBOSE,
)
COUNT = "(?:one|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred|thousand|\\d+)"
AMOUNT = _phrases(
    "half (?:of|the|as)|twice (?:as|the)|doubles?|doubled|halves|halved",
    "an? (?:third|quarter|fifth|sixth|eighth|tenth|hundredth|thousandth)",
    rf"(?:{COUNT}|several|many) times (?:as|the|more|less|\w+er)",
    f"{COUNT} (?:out )?of (?:the )?{COUNT}|{COUNT} (?:percentage )?points?",
    "powers? of ten|orders? of magnitude|factor of (?:about |almost |nearly )?\\w+",
)

# How it compares.
HIGHER = """larger smaller higher lower faster slower closer wider narrower steeper flatter stronger
weaker greater longer shorter smoother rougher noisier deeper darker brighter paler poorer"""
HIGHER_HIGHEST = "|".join(f"{word[:-1]}(?:r|st)" for word in HIGHER.split())
PLACE = "(?:ones?|row|panels?|left|right|half|part|layers?|bound|case|letters?)"  # "the lower row"
COMPARED = _phrases(
    r"(?:more|less|fewer)(?= (?:\w+ )?than| often| on average| slowly| quickly)",
    "(?:much|far|no|even|slightly|a little) (?:more|less|fewer)",
    "better|worse|best|worst|(?<!at )most",
    f"(?:{HIGHER_HIGHEST})(?! {PLACE}\\b)",
    "(?:earlier|later)(?= than)|further|sooner|farther|ahead|far from|close to|as [a-z]+ as",
    "hardly|nearly|almost|barely|no longer",
    "(?:next to|adds?|gains?|brings?|changes?|loses?) nothing",
    "(?:adds?|gains?|brings?) (?:little|much)",
    r"(?:above|below|beyond|near|under) (?:\w+ )?"
    r"(?:[−-]?\d[\d.]*|that|those|it|zero|guessing|half|½|¼|all)",
    "falls?|fell|rises?|rose|grows?|grew|shrinks?|shrank|decreases?|increases?|climbs?|jumps?",
    "(?:drops?|dropped|ends?|ended|stays?|stayed) (?:to|from|by|at|near|above|below|with|close|in)",
    "fails?|failed|explodes?|vanish(?:es)?|helps?|helped|hurts?|reaches|reach|reached",
    "wins?|won|loses?|lost|beats?|overtakes?|suffers?|unchanged|chose|overshoots?|oscillates?",
    "raises?|raised|lowers?|lowered|gained|exceeds?|surprise[sd]?|too little|levels off|creeps?",
    r"between \d\S* and|(?:with|in) each of the (?:\w+ )?(?:seeds|draws|runs)",
)
# What compares in a caption, where nothing else than the figure can be meant.
SHOWN = _phrases(
    r"the same|alike|equal|exactly|react in all",
    r"(?:around|near|at|about|to|from) (?:[−-]?[\d½]\S*|zero)",
    r"between \S+ and \S+|never|always|all (?:lie|end|stay|agree)|none|only|no \w+ \w+",
    "(?:lies?|is|are|stays?) (?:above|below|left of|right of|beyond)",
)
CHANGE = _phrases("falls?|rises?|grows?|shrinks?|climbs?|exactly|(?:are|looks?) (?:the same|alike)")
VERDICT = re.compile(  # short, on the run above
    r"\bhere (?:it|they|this|that) (?:is|are) \w+er\b|\bhardly (?:matters?|changes?)|\bat all\b"
    r"|\b(?:shows?|finds?|learns?|keeps?) (?:none|nothing|all)\b|\bpoint the same way",
    re.IGNORECASE,
)

# What ties a sentence to a run that was made.
OUTCOME = _phrases(
    "reads?|classif(?:y|ies)|reach(?:es|ed)?|left|leaves?|raises?|raised|lowers?|lowered|ends?|ended",
    "falls?|fell|rises?|rose|stays?|stayed|gains?|loses?|lost|brings?|brought|measured|beats?",
    "improves?|costs?|saves?|diverges?|converges?|learns?|ahead",
)
SEEDS = _phrases("seeds?|mean of|on average|draws?|runs?|after .* (?:steps|epochs)")
MADE = _phrases(
    "here|these|this|both|all|none|each|every|first|last",
    "two|three|four|five|six|seven|eight|nine|ten|the grid|found|measured",
    "seeds?|digits|patients|tumours|table|picture|figure|printed|curves?|runs?",
    "average|mean|median|epochs?|panel|columns?|rows?|was|were|did|had|reached|fell|rose|chose",
)

# What is set aside before the search: words of others, names of things and of losses, settings.
QUOTATION = re.compile(r"“[^”]*”|\"[^\"]*\"")
SETTING = _phrases(
    r"(?:sections?|notebooks?|slides?|equations?|formulas?|tables?|questions?|parts?|pages?|rows?"
    r"|columns?|cells?|seeds?|class(?:es)?|labels?|digits?|exercises?|numbers?|layers?)"
    r" \(?\d+\)?(?:(?:, | and | to | or |–|, …, )\d+)*",
    "(?:squared|absolute) errors?|further out",
    r"(?:19|20)\d\d|[A-Z]\d|\d+(?: × \d+)+|\d+-norm|twice \d+|up to \d+\S*",
    r"(?:all|both|which) (?:have|had) \S+ \S+ \S+|with mean \d|variance \d\S*|at p = \S+",
    r"(?:at (?:a |the )?)?(?:rates?|gains?|momentum) (?:of )?[\d.]+",
    r"\d+ (?:images|digits|patients|samples|units|epochs|steps|draws|seeds|runs|networks|classes"
    r"|pixels|hidden|inputs|outputs|layers|weights|features|columns|rows|values|points|names|trials)",
)

# Sentences that state no result.
OPENING = re.compile(
    r"""^\W*(?:if|suppose|imagine|let|who\w*|when\ you|here\ (?:is|are)|somebody
    |this\ (?:is|happens))\b""",
    re.IGNORECASE | re.VERBOSE,
)
TASKS = """write take set look move run compare fill put give say read use draw try change choose
note notice return multiply divide think remember recall check test guess count do don't keep add
show find start come open go see print begin make train call consider answer complete explain pick
name decide ask leave turn bet insert apply search plan mind watch"""
TASK = re.compile(
    rf"^\W*(?:(?:so|now|then|and|but) )?(?:{'|'.join(TASKS.split())})\b", re.IGNORECASE
)
NO_RESULT = (
    re.compile(r"[?:]\W*$"),  # a question, or a sentence that the next line completes
    re.compile(r"\bthe \w+er\b[^,.]*, the (?:more|less|\w+er)\b", re.IGNORECASE),
    _phrases(
        "S[0-4](?:'s)?|and others|et al|papers?|authors?|published|proposed|transcript|the slide",
        r"\*\*errors?\*\*",
    ),
    _phrases("should|must|suppose|imagine|(?:would|could|may|might)(?! have)|you can(?:not)?"),
    _phrases(
        "is called|are called|stands? for|denotes?|means that|is defined|by definition|counts? as"
    ),
    _phrases(
        r"points?\)|no points|in this notebook|graded|until you|your own|the code|counts? as",
        "(?:a|the) program",
        "the features?|PyTorch's|untuned|illustration|halfway|convex|cosine|one pixel|uses",
    ),
    _phrases(
        "we (?:train|trained|use|used|draw|drew|take|took|give|compare|keep|kept|count|measure)",
        "(?:is|are|was|were) (?:trained|drawn|chosen|given|used|taken|planted|repeated|tested)",
        "each (?:of them )?gets|it gets|are the library's|that is why|the reason|one reason",
        "grid differ",
        "(?:each|the) (?:row|column|line)s? (?:has|have|that is printed|tests?)",
        "(?:do|does) not say|(?:says?|shows?) nothing|than chance|in the long run",
        "the best (?:answer|rate|λ|so far)",
    ),
)
DERIVED = _phrases(
    "because|since|so that|therefore|as long as|whatever|wherever|whenever|any|can|cannot|has to",
    r"have to|depends?|needs? (?!half|\d|one|two|three|fewer|more|less|a )|makes? up|in general",
    "by construction|for sure|would",
)
STATES = _phrases("is|are|was|were|has|have|had|does|says|nothing|alone|every|no|not|never")
SHAPE = _phrases("parabola|bump|stairs|jagged|slopes?|the line z|corner at")  # of a function
VARIABLE = re.compile(r"(?<![\w.’'-])(?<!panel )[B-HJ-Zα-ω](?![\w.-])")
GENERAL = re.compile(
    r"^`|^\W*(?:(?:so|and|but|then|for) )?(?:an?|any|no|who\w*|every)\b", re.IGNORECASE
)


def states_result(sentence: Sentence, *, in_caption: bool, below_results: bool) -> bool:
    """Whether ``sentence`` says how large a measured thing is or how it compares.

    Parameters
    ----------
    in_caption : it describes a figure
    below_results : it stands below a cell that prints or draws, before the next heading
    """
    text = QUOTATION.sub("", FORMULA.sub("", sentence.text))
    if OPENING.match(text) or any(pattern.search(text) for pattern in NO_RESULT):
        return False
    text = SETTING.sub("", text)
    sized = bool(NUMBER.search(text) or AMOUNT.search(text))
    if in_caption:
        if text.startswith("*In words"):  # mostly what is drawn, not what came out
            return bool(CHANGE.search(text) and not SHAPE.search(text))
        if SHAPE.search(text):
            return False
        return sized or bool(COMPARED.search(text) or SHOWN.search(text))
    if TASK.match(text):
        return False
    if below_results and VERDICT.search(text):
        return True
    if DERIVED.search(text) or VARIABLE.search(text):
        return False
    if not (SUCCESS.search(text) or MEASURED.search(text)):
        return False
    if not below_results:
        return bool(NUMBER.search(text) and OUTCOME.search(text) and SEEDS.search(text))
    if GENERAL.match(sentence.text):
        return False
    if sized:
        return True
    in_formulas = FORMULA.search(sentence.text) is not None
    tied = SUCCESS.search(text) and MADE.search(text)
    return bool(COMPARED.search(text) and tied and not in_formulas)


def gives_away(text: str) -> bool:
    """Whether a title, or a text in code, states a result instead of naming what is shown."""
    plain = SETTING.sub("", QUOTATION.sub("", text))
    plain = re.sub(r"(?:above|below) [−-]?\d[\d.]*(?: ?%)?", "", plain)  # what is counted
    return any(pattern.search(plain) for pattern in (AMOUNT, COMPARED, STATES))
