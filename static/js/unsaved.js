/* Confirms leaving a form with unsaved changes. For forms with data-edit; the server may set data-dirty.
   A link with data-leave-freely is followed without confirmation. */
(() => {
  'use strict';
  const { $, $$, text, openDialog } = window.Backoffice;
  let leaving = false;

  const isDirty = () => !leaving && $$('form[data-edit]').some((form) => form.hasAttribute('data-dirty'));
  const touch = (event) => {
    const form = event.target.closest?.('form[data-edit]') || (event.target.form?.matches?.('[data-edit]') && event.target.form);
    if (!form) return;
    form.setAttribute('data-dirty', '');
    $$('[data-savebar-note]', form).forEach((note) => { note.textContent = text('unsaved'); });
  };
  document.addEventListener('input', touch);
  document.addEventListener('change', touch);
  document.addEventListener('submit', (event) => { if (event.target.matches?.('form') && !event.defaultPrevented) leaving = true; });
  /* A form that htmx submits does not leave the page. */
  document.addEventListener('htmx:beforeRequest', () => { leaving = false; });
  addEventListener('pageshow', () => { leaving = false; });
  addEventListener('beforeunload', (event) => { if (isDirty()) event.preventDefault(); });

  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href]');
    const dialog = $('#unsaved');
    if (!link || !dialog || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button || link.target || link.matches('[download], [data-dialog-open], [data-dialog-page], [data-dialog-close]')) return;
    if (link.closest('#unsaved') || link.matches('[data-leave-freely]')) { leaving = true; return; }
    const elsewhere = new URL(link.href, location.href);
    if (!isDirty() || (elsewhere.pathname === location.pathname && elsewhere.hash)) return;
    event.preventDefault();
    event.stopPropagation();
    $('[data-leave]', dialog).href = link.href;
    openDialog(dialog, link);
  }, true);
})();
