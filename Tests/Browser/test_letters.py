"""How the mails look: each in a real browser, on a phone and on a desk, in light and in dark."""

from pathlib import Path

import pytest
from bookend_lab.server import ROOT
from browser import Browser

SCREENSHOTS = ROOT / ".build/screenshots/letters"
CHECKS = (Path(__file__).parent / "page_checks.js").read_text()
# As the Swift tests hold them against what is written.
LETTERS = sorted((ROOT / "Tests/Interop/letters").glob("*.html"))
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
# A mail has no landmarks; the program around it has.
NOT_FOR_MAIL = {"no main landmark"}


@pytest.fixture(scope="module")
def page():
    with Browser() as running:
        yield running.page(javascript=True)


@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.stem)
def test_a_letter_is_legible_everywhere(page, letter):
    page.open(letter.as_uri())
    complaints = {}
    for size, (width, height) in SIZES.items():
        for dark in (False, True):
            page.resize(width, height, dark)
            view = f"{letter.stem}-{size}-{'dark' if dark else 'light'}"
            page.screenshot(SCREENSHOTS / f"{view}.png")
            found = set(page.evaluate(CHECKS)) - NOT_FOR_MAIL
            if found:
                complaints[view] = found
    page.resize(*SIZES["desktop"])
    assert complaints == {}


def test_there_are_letters():
    assert len(LETTERS) >= 15
