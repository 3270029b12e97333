/* Helpers shared by all scripts. Progressive enhancement only: every page works without scripts.
   Hooks are data- attributes, never classes; listeners are delegated, so they also handle elements that htmx swaps in.
   Texts come from the server: <html data-text-…>. */
(() => {
  'use strict';
  const root = document.documentElement;
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const text = (name) => root.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`] || '';

  /* Set before htmx starts, which it does once the page has loaded. */
  if (window.htmx) {
    Object.assign(htmx.config, {
      includeIndicatorStyles: false,
      allowEval: false,
      allowScriptTags: false,
      selfRequestsOnly: true,
      historyCacheSize: 0,
      refreshOnHistoryMiss: true,
      timeout: 30000,
      responseHandling: [
        { code: '204', swap: false },
        { code: '[23]..', swap: true },
        { code: '422', swap: true },
        { code: '409', swap: true },
        { code: '[45]..', swap: false, error: true },
      ],
    });
  }

  /* Storage may be blocked; a choice then lasts until the next page. */
  const readStorage = (key, store = localStorage) => { try { return store.getItem(key); } catch { return null; } };
  const writeStorage = (key, value, store = localStorage) => { try { store.setItem(key, value); } catch { /* see above */ } };
  const clearStorage = (key, store = localStorage) => { try { store.removeItem(key); } catch { /* see above */ } };

  /* For screen readers. Emptied first, so that a repeated text is read again. */
  const announce = (words) => {
    const region = $('#announcer');
    if (!region) return;
    region.textContent = '';
    requestAnimationFrame(() => { region.textContent = words; });
  };

  /* Calls back for the page and for every part that htmx swaps in; `all` also matches the part itself. */
  const onLoad = (callback) => {
    const visit = (part) => callback((selector) => [...(part.matches?.(selector) ? [part] : []), ...$$(selector, part)], part);
    document.addEventListener('htmx:load', (event) => { if (event.target !== document.body) visit(event.target); });
    document.addEventListener('DOMContentLoaded', () => visit(document.body));
  };

  /* Single-letter shortcuts are ignored in a field. */
  const isTyping = (target) => Boolean(target.matches?.('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]'));

  window.Backoffice = { $, $$, text, readStorage, writeStorage, clearStorage, announce, onLoad, isTyping };

  document.addEventListener('click', (event) => {
    if (event.target.closest?.('[aria-disabled="true"]')) event.preventDefault();
  });
  /* A browser does not scroll a focused element that is partly in view, even when a sticky bar covers it. */
  document.addEventListener('focusin', ({ target }) => {
    if (target.tabIndex >= 0 && target.matches(':focus-visible')) target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
  document.addEventListener('pointermove', () => { delete root.dataset.tips; }, { passive: true });
  onLoad((all, part) => {
    const wanted = all('[data-autofocus]')[0];
    if (wanted) wanted.focus();
    /* On a phone, a row of tabs is wider than the screen: scroll to the current tab. */
    all('.tabs').forEach((row) => {
      const tab = $('[aria-current]', row);
      if (tab) row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
    });
    if (part !== document.body) all('[data-announce]').forEach((element) => announce(element.dataset.announce));
  });
})();
