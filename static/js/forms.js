/* Small things around fields: show a password, and take away an error once its field is filled in. */
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
  /* Between press and release nothing may move or replace the button under the pointer, or the press would be lost. */
  let pressed = false;
  let sent = false;
  addEventListener('pointerdown', () => { pressed = true; sent = false; }, true);
  for (const over of ['pointerup', 'pointercancel']) addEventListener(over, () => { pressed = false; }, true);
  const afterPress = (act) => {
    const over = new AbortController();
    const end = () => { over.abort(); setTimeout(act); };
    for (const name of ['pointerup', 'pointercancel']) addEventListener(name, end, { capture: true, signal: over.signal });
  };

  /* Leaving a field of a form may ask the server what its value means: the press comes first, and one that sends the
     form leaves nothing to ask. */
  document.addEventListener('submit', (event) => { if (event.target.matches('form[data-edit]')) sent = true; }, true);
  document.addEventListener('htmx:confirm', (event) => {
    if (!pressed || !event.detail.elt.closest('form[data-edit]')) return;
    event.preventDefault();
    afterPress(() => { if (!sent) event.detail.issueRequest(true); });
  });

  /* An answer that comes during a press waits until the press is over: it may replace the very button. */
  document.addEventListener('htmx:beforeOnLoad', (event) => {
    if (!pressed) return;
    const { elt, xhr } = event.detail;
    event.preventDefault();
    afterPress(() => { if (elt.isConnected) xhr.onload(); });
  });

  /* Never while typing: a wrong field is looked at again when one leaves it. */
  document.addEventListener('change', (event) => {
    const field = event.target;
    if (field.getAttribute?.('aria-invalid') !== 'true' || !field.value || !field.validity?.valid) return;
    const clear = () => {
      field.removeAttribute('aria-invalid');
      $(`#${CSS.escape(`${field.id}-f`)}`)?.remove();
    };
    if (pressed) afterPress(clear); else clear();
  });
  /* One press is enough: the button says that it is at work, and a second press within five seconds sends nothing. */
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
