/* The list of addresses: Enter saves one draft and goes on to the next without waiting for the answer. Without scripts
   Enter saves all that was typed. */
(() => {
  'use strict';
  const { $, $$ } = window.Backoffice;
  const rows = () => $$('[data-address-row]');
  const fieldOf = (row) => $('[aria-invalid="true"]', row) || $('input:not([type=hidden]), select', row);

  const goOn = (row) => {
    const open = rows();
    const next = open.slice(open.indexOf(row) + 1).find((one) => !one.hasAttribute('aria-busy'));
    const field = next ? fieldOf(next) : $('#addresses-bar .btn--primary');
    field?.focus();
    field?.select?.();
  };
  document.addEventListener('keydown', (event) => {
    const row = event.target.closest?.('[data-address-row]');
    if (!row || event.key !== 'Enter' || event.isComposing || !event.target.matches('input')) return;
    event.preventDefault();
    if (row.hasAttribute('aria-busy')) return;
    $('[data-address-save][name=save]', row)?.click();
    goOn(row);
  });

  /* On a phone that would open the keyboard over the page. */
  document.addEventListener('DOMContentLoaded', () => {
    const first = rows()[0];
    if (first && matchMedia('(pointer: fine)').matches) fieldOf(first).focus({ preventScroll: true });
  });

  /* Only what belongs to this draft, and which others are complete. */
  document.addEventListener('htmx:configRequest', ({ detail }) => {
    const row = detail.elt.matches('[data-address-save]') && detail.elt.closest('[data-address-row]');
    if (!row) return;
    const own = new Set($$('[name]', row).map((field) => field.name).concat('ready', 'csrfmiddlewaretoken'));
    [...new Set(detail.formData.keys())].filter((name) => !own.has(name)).forEach((name) => detail.formData.delete(name));
    detail.formData.set('shipment', $('[name=shipment]', row).value);
    row.setAttribute('aria-busy', 'true');
    row.toggleAttribute('data-touched', false);
    $$('input', row).forEach((field) => { field.readOnly = true; });
  });
  document.addEventListener('htmx:afterRequest', ({ detail }) => {
    const row = detail.elt.closest?.('[data-address-row]');
    if (!row || detail.successful || [409, 422].includes(detail.xhr.status)) return;
    row.removeAttribute('aria-busy');
    row.setAttribute('data-touched', '');
    $$('input', row).forEach((field) => { field.readOnly = false; });
  });

  /* Nothing is unsaved any more once every draft in which something was typed was sent. */
  document.addEventListener('input', (event) => event.target.closest?.('[data-address-row]')?.setAttribute('data-touched', ''));
  document.addEventListener('htmx:afterSwap', () => {
    const form = $('[data-addresses]');
    if (!form || $('[data-address-row][data-touched]', form)) return;
    form.removeAttribute('data-dirty');
    $$('[data-savebar-note]', form).forEach((note) => { note.textContent = ''; });
  });
  /* Where the saved draft had the focus, a press of its button, the next field gets it. */
  document.addEventListener('htmx:afterSettle', ({ detail }) => {
    if (!detail.requestConfig?.elt?.matches?.('[data-address-save]') || document.activeElement !== document.body) return;
    const now = document.getElementById(detail.target.id);
    const field = now?.matches('[data-address-row]') ? fieldOf(now) : rows()[0] && fieldOf(rows()[0]);
    (field || $('#addresses-bar .btn--primary'))?.focus();
  });
})();
