/* Form fields: shows passwords, clears the error of a corrected field, and prevents double submits. */
(() => {
  'use strict';
  const { $ } = window.Backoffice;

  document.addEventListener('click', (event) => {
    const eye = event.target.closest?.('[data-pw-toggle]');
    if (!eye) return;
    const field = document.getElementById(eye.dataset.pwToggle);
    const shown = field.type === 'password';
    field.type = shown ? 'text' : 'password';
    eye.setAttribute('aria-pressed', String(shown));
  });
  /* Between pointerdown and pointerup nothing may move or replace the button, or the click would be lost. */
  let pressed = false;
  let sent = false;
  addEventListener('pointerdown', () => { pressed = true; sent = false; }, true);
  for (const over of ['pointerup', 'pointercancel']) addEventListener(over, () => { pressed = false; }, true);
  const afterPress = (act) => {
    const over = new AbortController();
    const end = () => { over.abort(); setTimeout(act); };
    for (const name of ['pointerup', 'pointercancel']) addEventListener(name, end, { capture: true, signal: over.signal });
  };

  /* Leaving a field may request a preview. During a press the request waits, and it is dropped when the press submits
     the form. */
  document.addEventListener('submit', (event) => { if (event.target.matches('form[data-edit]')) sent = true; }, true);
  document.addEventListener('htmx:confirm', (event) => {
    if (!pressed || !event.detail.elt.closest('form[data-edit]')) return;
    event.preventDefault();
    afterPress(() => { if (!sent) event.detail.issueRequest(true); });
  });

  /* A response during a press waits until the press ends, because it may replace the button. */
  document.addEventListener('htmx:beforeOnLoad', (event) => {
    if (!pressed) return;
    const { elt, xhr } = event.detail;
    event.preventDefault();
    afterPress(() => { if (elt.isConnected) xhr.onload(); });
  });

  /* On change, not on input: an invalid field is validated again when the user leaves it. */
  document.addEventListener('change', (event) => {
    const field = event.target;
    if (field.getAttribute?.('aria-invalid') !== 'true' || !field.value || !field.validity?.valid) return;
    const clear = () => {
      field.removeAttribute('aria-invalid');
      $(`#${CSS.escape(`${field.id}-f`)}`)?.remove();
    };
    if (pressed) afterPress(clear); else clear();
  });
  /* The button shows that the form is being sent; a second submit within five seconds is ignored. */
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    event.submitter?.setAttribute('aria-busy', 'true');
    setTimeout(again, 5000);
  });
  const again = () => document.querySelectorAll('form[data-sent]').forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll('[aria-busy="true"]').forEach((button) => button.removeAttribute('aria-busy'));
  });
  addEventListener('pageshow', again);
  document.addEventListener('htmx:afterRequest', again);
})();
