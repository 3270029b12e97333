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
CONTRAST = """async ({ colors, measured }) => {
    // Of what is made of the same elements, classes and states inside the same ancestors one is measured: two hundred
    // rows, and the frame around every page, show the same. Text is left out, because its length has no color.
    const counts = (name) => /^(aria|data)-|^(type|class|style|role)$/.test(name);
    const state = (one) => one.getAttributeNames().filter(counts)
        .map((name) => name + one.getAttribute(name).replace(/[0-9a-f]{8}[-0-9a-f]*|[0-9]+/g, '0'));
    const flags = (one) => ['checked', 'disabled', 'readOnly', 'open', 'hidden'].filter((name) => one[name]);
    const made = (one) => [one.tagName, ...state(one), ...flags(one), one.childElementCount];
    const above = (one) => (one.parentElement ? [...above(one.parentElement), ...state(one.parentElement)] : []);
    const shape = async (one) => {
        const text = [innerWidth, ...above(one), '|', ...[one, ...one.querySelectorAll('*')].flatMap(made)].join();
        const bytes = new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text)));
        return bytes.slice(0, 12).join('.');
    };
    const parts = 'body nav, body aside, body header, body section, tbody > tr, fieldset';
    const known = new Set(measured), exclude = [], fresh = [];
    for (const one of document.querySelectorAll(parts)) {
        if (exclude.some((other) => other.contains(one))) continue;
        const name = await shape(one);
        if (known.has(name)) exclude.push(one);
        known.add(name);
        fresh.push(name);
    }
    const context = exclude.length ? { include: [document], exclude } : document;
    return [(await axe.run(context, { resultTypes: ['violations'], runOnly: colors })).violations, fresh];
}"""
# Shapes that were measured in this process, by theme. One that breaks a rule is not among them.
MEASURED: dict[str, set[str]] = {"light": set(), "dark": set()}


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
        broken, shapes = page.evaluate(CONTRAST, {"colors": COLORS, "measured": sorted(MEASURED[theme])})
        found += [f"{page.url}, {theme}: {_describe(violation)}" for violation in broken]
        if not broken:
            MEASURED[theme].update(shapes)
    page.evaluate("window.letGo()")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"{page.url}: scrolls {width} px sideways"] if width > 0 else [])


def _describe(violation: dict[str, Any]) -> str:
    node = violation["nodes"][0]
    return f"{violation['id']} ({len(violation['nodes'])}) {node['html'][:120]}: {node['failureSummary']}"
