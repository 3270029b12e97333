"""Runs axe on a page in both themes."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
HOLD = """async () => {
    // Nothing more is asked for while axe looks, or the page would change meanwhile; what was asked for comes first.
    const send = XMLHttpRequest.prototype.send;
    const held = [];
    XMLHttpRequest.prototype.send = function (...body) { held.push([this, body]); };
    window.letGo = () => {
        XMLHttpRequest.prototype.send = send;
        held.forEach(([request, body]) => send.apply(request, body));
    };
    const asked = [...document.querySelectorAll('.htmx-request')];
    const comes = () => asked.some((one) => one.isConnected && one.matches('.htmx-request'))
        || document.querySelector('.htmx-swapping, .htmx-settling');
    while (comes()) await new Promise(requestAnimationFrame);
}"""
STILL = """async () => {
    // The first frame sees what changed, the next ones what it set in motion: until two of them are still.
    for (let still = 0; still < 2;) {
        await new Promise(requestAnimationFrame);
        const moving = document.getAnimations();
        await Promise.allSettled(moving.map((one) => one.finished));
        still = moving.length ? 0 : still + 1;
    }
}"""
# The rules that see colors, and so the only ones that a theme can break.
COLORS = ["color-contrast", "link-in-text-block"]
STRUCTURE = """async (colors) => {
    const rules = Object.fromEntries(colors.map((name) => [name, { enabled: false }]));
    return (await axe.run(document, { resultTypes: ['violations'], rules })).violations;
}"""
CONTRAST = """async (colors) => {
    // Of rows made of the same elements, classes and attributes two are measured: two hundred show the same.
    const made = (one) => [one.tagName, one.getAttribute('class'), ...one.getAttributeNames()].join(' ');
    const times = new Map();
    const exclude = [...document.querySelectorAll('tbody > tr')].filter((row) => {
        const shape = [row, ...row.querySelectorAll('*')].map(made).join();
        times.set(shape, (times.get(shape) || 0) + 1);
        return times.get(shape) > 2;
    });
    const context = exclude.length ? { include: [document], exclude } : document;
    return (await axe.run(context, { resultTypes: ['violations'], runOnly: colors })).violations;
}"""


def violations(page: Page) -> list[str]:
    """What axe finds on this page as it stands, in either theme, and how far it scrolls sideways."""
    page.locator("html[data-ready], body:not([hx-headers])").first.wait_for(state="attached")
    page.evaluate(HOLD)
    page.evaluate(AXE)
    page.evaluate(STILL)
    found = [f"{page.url}: {_describe(violation)}" for violation in page.evaluate(STRUCTURE, COLORS)]
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.evaluate(STILL)
        found += [f"{page.url}, {theme}: {_describe(violation)}" for violation in page.evaluate(CONTRAST, COLORS)]
    page.evaluate("window.letGo()")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"{page.url}: scrolls {width} px sideways"] if width > 0 else [])


def _describe(violation: dict[str, Any]) -> str:
    node = violation["nodes"][0]
    return f"{violation['id']} ({len(violation['nodes'])}) {node['html'][:120]}: {node['failureSummary']}"
