"""Tables for a spreadsheet."""

from grader.classroom.collect.mend import Mended
from grader.classroom.collect.precheck import Checked, write_table
from grader.classroom.table import as_csv


def test_a_text_is_not_a_formula_and_a_number_stays_a_number() -> None:
    rows = [("who", "points"), ("=1+1", -2.5), ("@ada", 3), ("-x", None)]
    assert as_csv(rows) == "who,points\r\n'=1+1,-2.5\r\n'@ada,3\r\n'-x,\r\n"


def test_the_table_of_a_precheck_has_no_formula(tmp_path) -> None:
    found = Checked("=cmd()", "ps98_small", mended=Mended(look=["=HYPERLINK(1)"]))
    text = write_table([found], tmp_path).read_text("utf-8")
    assert text.splitlines()[1] == "'=cmd(),ps98_small,look at it,'=HYPERLINK(1)"
