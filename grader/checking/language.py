"""Translation of what students read: ``_("...")`` marks a text and returns it in their language.

Catalogues lie in ``grader/checking/locale`` and are chosen by gettext from the usual environment
variables; without one the English text is shown.
"""

from gettext import translation
from pathlib import Path

_ = translation("checking", Path(__file__).with_name("locale"), fallback=True).gettext
