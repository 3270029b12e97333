/* What every small script here shares. Progressive enhancement only: every page works without any of them.
   Hooks are data- attributes, never classes; listeners are delegated, so what htmx swaps in works at once.
   Texts come from the server: <html data-text-…>. */
(() => {
  'use strict';
  const root = document.documentElement;
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const text = (name) => root.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`] || '';

  /* The browser may refuse to store; then a choice lasts until the next page. */
  const readStorage = (key, store = localStorage) => { try { return store.getItem(key); } catch { return null; } };
  const writeStorage = (key, value, store = localStorage) => { try { store.setItem(key, value); } catch { /* see above */ } };
  const clearStorage = (key, store = localStorage) => { try { store.removeItem(key); } catch { /* see above */ } };

  /* Read aloud once; emptied first, so that the same words are heard again. */
  const announce = (words) => {
    const region = $('#announcer');
    if (!region) return;
    region.textContent = '';
    requestAnimationFrame(() => { region.textContent = words; });
  };

  /* Calls back for what is on the page at the start and for every part htmx brings in; `all` also finds the part itself. */
  const onLoad = (callback) => {
    const visit = (part) => callback((selector) => [...(part.matches?.(selector) ? [part] : []), ...$$(selector, part)], part);
    document.addEventListener('htmx:load', (event) => { if (event.target !== document.body) visit(event.target); });
    document.addEventListener('DOMContentLoaded', () => visit(document.body));
  };

  /* In lists and open windows: a single letter means nothing in a field. */
  const isTyping = (target) => Boolean(target.matches?.('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]'));

  window.Backoffice = { $, $$, text, readStorage, writeStorage, clearStorage, announce, onLoad, isTyping };

  document.addEventListener('click', (event) => {
    if (event.target.closest?.('[aria-disabled="true"]')) event.preventDefault();
  });
  /* A browser leaves what is partly in view where it is, which may be under a bar or half beside the screen. */
  document.addEventListener('focusin', ({ target }) => {
    if (target.tabIndex >= 0 && target.matches(':focus-visible')) target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
  document.addEventListener('pointermove', () => { delete root.dataset.tips; }, { passive: true });
  onLoad((all, part) => {
    const wanted = all('[data-autofocus]')[0];
    if (wanted) wanted.focus();
    /* On a phone a row of tabs is wider than the screen: the one that is shown is in sight. */
    all('.tabs').forEach((row) => {
      const here = $('[aria-current]', row);
      if (here) row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
    });
    if (part !== document.body) all('[data-announce]').forEach((element) => announce(element.dataset.announce));
  });
})();
