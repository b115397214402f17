"""What a test does with a window on the console, and with the pretended telephone in it."""

from playwright.sync_api import Page

from tests.console.conftest import Window

UP = 'body[data-phone="up"]'


def wait_until(page: Page, condition: str, value: object = None) -> None:
    """`condition` of `value` is so in the page. Its policy forbids Playwright's own way."""
    page.evaluate(
        "async value => { const holds = value => " + condition + ";"
        " const end = performance.now() + 30000;"
        " while (!holds(value)) {"
        "   if (performance.now() > end) throw new Error('it never came to be so');"
        "   await new Promise(again => setTimeout(again, 50)); } }",
        value,
    )


def press(page: Page, what: str) -> None:
    page.locator(f'[data-do="{what}"]:visible, [data-verb="{what}"]:visible').click()


def device(page: Page, expression: str) -> object:
    return page.evaluate(f"fakePhone.{expression}")


def keys_work(page: Page) -> None:
    """Single keys are dead for two seconds after an offer or a typed letter."""
    page.locator("body[data-phone]:not([data-keys])").wait_for()


def in_call(window: Window) -> Page:
    """The sound is up, and the page shows the call: each comes by a way of its own."""
    window.sign_in()
    window.served.company.desk.rings()
    window.poke()
    press(window.page, "accept")
    window.page.wait_for_selector(UP)
    window.page.locator('[data-verb="end"]:visible').first.wait_for()
    return window.page
