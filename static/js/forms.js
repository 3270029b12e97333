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
  /* Never while typing: a wrong field is looked at again when one leaves it. Not between press and release either:
     the sentence that goes would move the button away from under the pointer, and the press would be lost. */
  let pressed = false;
  addEventListener('pointerdown', () => { pressed = true; }, true);
  for (const over of ['pointerup', 'pointercancel']) addEventListener(over, () => { pressed = false; }, true);
  document.addEventListener('change', (event) => {
    const field = event.target;
    if (field.getAttribute?.('aria-invalid') !== 'true' || !field.value || !field.validity?.valid) return;
    const clear = () => {
      field.removeAttribute('aria-invalid');
      $(`#${CSS.escape(`${field.id}-f`)}`)?.remove();
    };
    if (pressed) addEventListener('pointerup', () => setTimeout(clear), { once: true, capture: true }); else clear();
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
