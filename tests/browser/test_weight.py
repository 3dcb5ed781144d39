"""A page of a lesson is light, still and our own: measured by the browser itself on every page of a whole lesson."""

import pytest
from stack import MODULE_LINK

MOST_BYTES = 100_000
"""Of the styles and scripts a page needs to be played, as if nothing was kept from the page before."""
MOST_WITH_PAGE = 120_000
"""Of these and the page's own HTML, uncompressed."""

MEASURE = """async () => {
    const shifts = [];  // a busy machine paints the header a line early (.0015 seen); that is a hair
    new PerformanceObserver(list => shifts.push(...list.getEntries().filter(each => !each.hadRecentInput && each.value > 0.002)
        .map(each => [each.value, each.sources.map(one => one.node?.outerHTML?.slice(0, 90))])))
        .observe({ type: "layout-shift", buffered: true });
    for (let y = 0; y <= document.documentElement.scrollHeight; y += innerHeight / 2) {
        scrollTo(0, y);
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    }
    await Promise.all([...document.images].map(each => each.decode()));
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const [page] = performance.getEntriesByType("navigation");
    const own = performance.getEntriesByType("resource").filter(each => ["script", "link", "css"].includes(each.initiatorType));
    const bytes = own.reduce((sum, each) => sum + each.encodedBodySize, 0);
    return { shifts, bytes, all: bytes + page.encodedBodySize, hosts: [...new Set(performance.getEntriesByType("resource").map(each => new URL(each.name).host))],
        here: location.host, counted: own.length };
}"""


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_is_light_still_and_our_own(screen, pupils, width):
    pupil = screen(next(pupils), viewport={"width": width, "height": 700})
    pupil.open_window(MODULE_LINK)
    found = []
    while not pupil.find("[value=finish]").count():
        told = pupil.page.evaluate(MEASURE)
        assert told["counted"] > 5, "nothing was measured"
        assert told["hosts"] == [told["here"]]
        if told["shifts"] or told["bytes"] > MOST_BYTES or told["all"] > MOST_WITH_PAGE:
            found.append((pupil.step, told["bytes"], told["all"], told["shifts"]))
        pupil.next()

    assert found == []
