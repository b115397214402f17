"""What axe finds on the pages of the console: WCAG A and AA, names that are shown, one heading."""

from pathlib import Path
from typing import Literal

import pytest

from tests.console.conftest import Window

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A rule about colours depends on the scheme alone, one about sizes on the width alone.
LOOKS = pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
PAGES = ("/desk", "/calls", "/calls/call4", "/messages", "/nowhere")
# The two rules are in no set that is switched on: one is experimental, the other a best practice.
RUN = """async (standards) => {
  const found = await axe.run(document, {
    runOnly: { type: 'tag', values: standards },
    rules: {
      'label-content-name-mismatch': { enabled: true },
      'page-has-heading-one': { enabled: true },
    },
  });
  return found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.html}: ${node.failureSummary}`));
}"""


def violations(window: Window) -> list[str]:
    window.page.evaluate(f"() => {{ {AXE.read_text(encoding='utf-8')} }}")
    found: list[str] = window.page.evaluate(RUN, STANDARDS)
    return found


def test_axe_finds_a_name_without_what_is_shown_and_a_page_without_heading(window: Window) -> None:
    window.sign_in("/calls")
    window.page.evaluate(
        "() => { document.querySelector('h1').remove();"
        " document.querySelector('#main a, #main button').ariaLabel = 'Something else'; }"
    )

    rules = {one.split(":")[0] for one in violations(window)}

    assert {"label-content-name-mismatch", "page-has-heading-one"} <= rules


@LOOKS
def test_axe_finds_nothing_on_any_page_at_any_moment(
    window: Window, width: int, scheme: Literal["light", "dark"]
) -> None:
    window.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    window.page.set_viewport_size({"width": width, "height": 900})
    found = {}

    window.page.goto(f"{window.served.url}/sign-in")
    found["/sign-in"] = violations(window)
    window.sign_in()
    desk = window.served.company.desk
    for moment in (desk.is_ready, desk.rings, desk.talks, desk.is_interrupted, desk.wraps_up):
        moment()
        for path in PAGES:
            window.page.goto(f"{window.served.url}{path}")
            found[f"{moment.__name__} {path}"] = violations(window)

    assert {where: broken for where, broken in found.items() if broken} == {}
