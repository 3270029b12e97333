/* Lists that are fetched in part: what is being typed is never overwritten, and the focus goes where the eye is. */
(() => {
  'use strict';
  const { $, $$, onLoad } = window.Backoffice;

  /* An answer to an older question comes while one types on: the newer question is already on its way. */
  document.addEventListener('htmx:beforeSwap', (event) => {
    const field = $('#list-search');
    if (!field || document.activeElement !== field || !['results', 'orders'].includes(event.detail.target.id)) return;
    const asked = new URL(event.detail.xhr.responseURL || location.href, location.href).searchParams.get('q') || '';
    if (asked.trim() !== field.value.trim()) event.detail.shouldSwap = false;
  });

  /* What was not filtered on does not stand in the address. */
  document.addEventListener('htmx:configRequest', (event) => {
    const { elt, formData } = event.detail;
    if (!elt.matches('.toolbar')) return;
    [...formData.entries()].filter(([, value]) => value === '').forEach(([name]) => formData.delete(name));
  });

  /* After one row was imported: the next one that can be, otherwise the list itself. */
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

  /* The label that was just scanned comes down by itself. */
  onLoad((all) => {
    const done = all('#job')[0];
    const from = $('[data-download-label]');
    const file = done && from && $('a[href$="/bestand/"]', done);
    if (!file) return;
    from.removeAttribute('data-download-label');
    location.assign(file.href);
    $('#code')?.focus();
  });
})();
