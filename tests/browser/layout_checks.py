"""Layout checks: no horizontal scrolling, no clipped text, no covered control."""

from playwright.sync_api import Page

HIDDEN_CONTROLS = """() => {
    const root = [...document.querySelectorAll('dialog[open]')].pop() || document;
    const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
    const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.matches(':disabled')
        && element.tabIndex >= 0 && !element.closest('[inert], .sr');
    const seen = (element) => {
        const label = element.closest('label');
        const own = element.getClientRects()[0];
        const box = label && own.width * own.height < 100 ? label.getBoundingClientRect() : own;
        const sideways = box.left < -1 || box.right > document.documentElement.clientWidth + 1;
        const at = (x, y) => document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        const spots = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].map(([x, y]) => at(x, y)).filter(Boolean);
        const hits = spots.filter((top) => element.contains(top) || label?.contains(top));
        return { hits: hits.length, sideways };
    };
    const name = (element) => (element.getAttribute('aria-label') || element.innerText || element.name || element.id
        || element.outerHTML).trim().slice(0, 60);
    const found = [];
    for (const element of [...root.querySelectorAll(controls)].filter(shown)) {
        element.focus();
        const { hits, sideways } = seen(element);
        if (!hits) found.push(`covered: ${name(element)}`);
        if (sideways) found.push(`beside the screen: ${name(element)}`);
    }
    return found;
}"""

CUT_OFF = """() => {
    const root = [...document.querySelectorAll('dialog[open]')].pop() || document.body;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const words = node.textContent.trim().replace(/\\s+/g, ' ');
        const home = node.parentElement;
        if (!words || home.closest('.sr, svg, select, script, template')) continue;
        if (!home.checkVisibility({ visibilityProperty: true })) continue;
        const range = document.createRange();
        range.selectNode(node);
        const text = range.getBoundingClientRect();
        for (let box = home; box !== document.documentElement; box = box.parentElement) {
            const style = getComputedStyle(box);
            if (style.clipPath !== 'none' || ['auto', 'scroll'].includes(style.overflowX)) break;
            if (!['hidden', 'clip'].includes(style.overflowX)) continue;
            const edge = box.getBoundingClientRect();
            const cut = text.right > edge.right + 1 || text.left < edge.left - 1 || text.bottom > edge.bottom + 4;
            if (cut && !home.closest('[title]')?.title.includes(words)) found.push(`cut off: ${words.slice(0, 60)}`);
            if (cut) break;
        }
    }
    return found;
}"""


def unreachable_controls(page: Page) -> list[str]:
    """Horizontal scrolling, and controls that are covered while focused, on the current page."""
    page.keyboard.press("Tab")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = [f"scrolls {width} px sideways"] if width > 0 else []
    return [f"{page.url}: {fault}" for fault in found + page.evaluate(HIDDEN_CONTROLS)]


def clipped_texts(page: Page) -> list[str]:
    """Clipped texts without a title attribute that holds them."""
    return [f"{page.url}: {fault}" for fault in page.evaluate(CUT_OFF)]
