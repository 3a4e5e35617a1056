"""Makes `docs/answer.png`, the picture of the README, from a real answer in a real browser.

Run: `.venv/bin/python docs/picture.py` (needs Chromium, as the page tests do).
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from magnesim import Person, Regimen, answer

WIDTH, HEIGHT = 780, 1060


def main() -> None:
    """Write the picture: the top of the page, as wide as a reader's column."""
    result = answer(Person(age=62, sex="female", egfr=85), Regimen("citrate", 300, ("20:00",)), "sleep")
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "answer.html"
        result.save(page)
        opened = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        view = opened.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1.5)
        view.goto(page.as_uri())
        view.screenshot(path=Path(__file__).parent / "answer.png")
        opened.close()


if __name__ == "__main__":
    main()
