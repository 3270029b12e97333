/* The draft editor: character counters, and no input is lost when the server returns new limits. */
(() => {
  'use strict';
  const { $, $$ } = window.Backoffice;
  let typed = new Map();
  let underway = null;

  const count = (field) => {
    const place = $(`#${CSS.escape(field.id)}-n`);
    if (place) place.textContent = `${field.value.length} / ${field.dataset.count}`;
  };
  document.addEventListener('input', (event) => { if (event.target.matches?.('[data-count]')) count(event.target); });

  /* Where to search is not part of the draft: only the button beside it asks the server. */
  document.addEventListener('change', (event) => {
    if (event.target.matches?.('[data-search-only]')) event.stopPropagation();
  }, true);

  /* A response to an earlier request does not overwrite fields that were changed since. */
  const fields = () => $$('input:not([type=hidden]), select', $('#draft-form'));
  const part = (field) => (field.type === 'radio' || field.type === 'checkbox' ? 'checked' : 'value');
  document.addEventListener('htmx:beforeRequest', (event) => {
    /* Requests for something beside the fields, such as prices, overwrite nothing. */
    if (!$('#draft-form')?.contains(event.detail.elt) || !event.detail.target.matches('#parcel, #editor')) return;
    underway = event.detail.xhr;
    typed = new Map(fields().map((field) => [field.id, field[part(field)]]));
  });
  document.addEventListener('htmx:beforeSwap', (event) => {
    if (event.detail.xhr !== underway) return;
    const changed = fields().filter((field) => typed.has(field.id) && typed.get(field.id) !== field[part(field)]);
    typed = new Map(changed.map((field) => [field.id, field[part(field)]]));
  });
  document.addEventListener('htmx:afterSwap', (event) => {
    if (event.detail.xhr !== underway) return;
    /* A preview does not replace the buttons below the form, because one of them may be pressed. */
    $('#save-and-label')?.setAttribute('aria-disabled', String(Boolean($('#label-blocker')?.textContent.trim())));
    typed.forEach((value, id) => {
      const field = document.getElementById(id);
      if (!field || field[part(field)] === value) return;
      field[part(field)] = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    typed.clear();
  });
  /* A redirect means that the form was saved. */
  document.addEventListener('htmx:beforeOnLoad', (event) => {
    if (event.detail.xhr.getResponseHeader('HX-Redirect')) $('#draft-form')?.removeAttribute('data-dirty');
  });
})();
