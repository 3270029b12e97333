/* Lists that htmx updates in part: keeps typed text and moves the focus to the next action. */
(() => {
  'use strict';
  const { $, $$, onLoad } = window.Backoffice;

  /* Ignores the response to an older search while the user types: a newer request is already sent. */
  document.addEventListener('htmx:beforeSwap', (event) => {
    const field = $('#list-search');
    if (!field || document.activeElement !== field || !['results', 'orders'].includes(event.detail.target.id)) return;
    const query = new URL(event.detail.xhr.responseURL || location.href, location.href).searchParams.get('q') || '';
    if (query.trim() !== field.value.trim()) event.detail.shouldSwap = false;
  });

  /* Removes empty filters from the URL. */
  document.addEventListener('htmx:configRequest', (event) => {
    const { elt, formData } = event.detail;
    if (!elt.matches('.toolbar')) return;
    [...formData.entries()].filter(([, value]) => value === '').forEach(([name]) => formData.delete(name));
  });

  /* After a row was imported, focuses the next row that can be imported, else the list. */
  let next = null;
  document.addEventListener('htmx:beforeRequest', (event) => {
    const button = event.target.closest?.('[data-row-import]');
    if (!button) return;
    button.setAttribute('aria-busy', 'true');
    const buttons = $$('[data-row-import]');
    next = buttons[buttons.indexOf(button) + 1] || null;
  });
  document.addEventListener('htmx:afterRequest', (event) => event.target.removeAttribute?.('aria-busy'));
  document.addEventListener('htmx:afterSettle', (event) => {
    if (!event.detail.requestConfig?.elt?.matches?.('[data-row-import]')) return;
    (next?.isConnected ? next : $('#orders'))?.focus();
    next = null;
  });

  /* On a narrow screen rows are shown as cards (CSS), which some browsers then no longer take for rows of a table. */
  const ROLES = { TR: 'row', TD: 'cell', TH: 'rowheader' };
  onLoad((all) => all('[data-rows] > tr').forEach((row) => {
    [row, ...row.cells].forEach((part) => part.setAttribute('role', ROLES[part.tagName]));
  }));

  /* A barcode that leads elsewhere says so to screen readers, and with whom. */
  onLoad((all) => all('[data-track] > tr').forEach((row) => {
    const link = $('a[rel=noreferrer]', row);
    const words = row.parentElement.dataset.track.replace('%', $('b', row.cells[4]).textContent);
    link?.setAttribute('aria-label', words.replace('#', link.textContent));
  }));

  /* A row opens where one presses it: not on its box and its buttons, and not while text is selected. */
  document.addEventListener('click', (event) => {
    const cell = event.target.closest?.('[data-rows] > tr > :is(td, th):not(:first-child, :last-child)');
    const link = cell && $('td:nth-child(2) > a', cell.parentElement);
    if (!link || event.defaultPrevented || event.button || event.shiftKey || event.target.closest('a, button, label') || String(getSelection())) return;
    if (event.ctrlKey || event.metaKey) open(link.href); else link.click();
  });
})();
