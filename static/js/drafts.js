/* Preserves form input when the session ends: stored in this tab during login and restored after it.
   Only forms with data-edit; never passwords, and never for another account. */
(() => {
  'use strict';
  const { $, $$, text, readStorage, writeStorage, clearStorage, toast } = window.Backoffice;
  const KEY = 'draft';
  const user = document.documentElement.dataset.user || '';
  const currentPath = () => location.pathname + location.search;
  const forms = () => $$('form[data-edit]');
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !['password', 'hidden', 'file', 'submit', 'button'].includes(field.type));
  const valueOf = (field) => (['checkbox', 'radio'].includes(field.type) ? field.checked : field.value);

  const save = () => {
    const kept = forms().map((form) => fieldsOf(form).map((field) => [field.name, field.value, valueOf(field)]));
    if (kept.length) writeStorage(KEY, JSON.stringify({ user, path: currentPath(), kept, away: false }), sessionStorage);
  };
  const put = (field, [, value, state]) => {
    if (typeof state === 'boolean') { if (field.value === value) field.checked = state; } else field.value = state;
  };
  const restore = (draft) => {
    forms().forEach((form, index) => {
      const values = draft.kept[index] || [];
      fieldsOf(form).forEach((field) => values.filter((one) => one[0] === field.name).forEach((one) => put(field, one)));
      form.dispatchEvent(new Event('input', { bubbles: true }));
    });
    toast('', text('restored'));
  };

  document.addEventListener('backoffice:keep-drafts', save);
  document.addEventListener('submit', (event) => { if (event.target.matches?.('form[data-edit]')) save(); }, true);
  document.addEventListener('DOMContentLoaded', () => {
    const draft = JSON.parse(readStorage(KEY, sessionStorage) || 'null');
    if (!draft) return;
    if ($('[data-login]')) { writeStorage(KEY, JSON.stringify({ ...draft, away: true }), sessionStorage); return; }
    clearStorage(KEY, sessionStorage);
    if (draft.away && draft.user === user && draft.path === currentPath()) restore(draft);
  });
})();
