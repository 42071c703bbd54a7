"""What is taken away as a file holds words only: no spreadsheet works anything out."""

import io
import zipfile

import pytest

from bot.console.exports import as_file, safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert safe_cell(f"{start}1+1").startswith("'")
    for form in ("csv", "xlsx"):
        body = as_file(form, "名录", ["a"], [[f"{start}HYPERLINK(1)"]]).body
        assert isinstance(body, bytes)
        if form == "xlsx":
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
