/* Keyboard shortcuts. Single letters are ignored in fields and dialogs and can be switched off (WCAG 2.1.4). */
(() => {
  'use strict';
  const { $, $$, onLoad, isTyping } = window.Backoffice;
  const isOff = () => document.cookie.split('; ').includes('keys=off');
  const root = document.documentElement;
  /* URLs come from the server: <html data-go-d="…">. */
  const GO = { d: root.dataset.goD, z: root.dataset.goZ, i: root.dataset.goI };
  let pending = false;
  let active = -1;

  const move = (step) => {
    const rows = $$('[data-rows] > tr');
    if (!rows.length) return;
    rowInReach();
    active = Math.max(0, Math.min(rows.length - 1, active + step));
    rows.forEach((row, index) => row.classList.toggle('is-active', index === active));
    ($('a[href]', rows[active]) || $('.check', rows[active]))?.focus();
  };
  /* The row reached with j and k, or the one with the focus after a click or Tab. */
  const rowInReach = () => {
    const rows = $$('[data-rows] > tr');
    const at = rows.indexOf(document.activeElement?.closest?.('[data-rows] > tr'));
    if (at >= 0) active = at;
    return rows[active];
  };
  const extend = (row) => {
    const click = new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey: true });
    $('.check', row)?.dispatchEvent(click);
  };
  const search = () => {
    const field = $('.toolbar .input');
    if (field) field.focus(); else window.Backoffice.openSearch?.();
  };
  const ACTIONS = {
    '/': search,
    '?': () => $('[data-shortcuts]')?.click(),
    j: () => move(1),
    k: () => move(-1),
    x: (row) => row && $('.check', row)?.click(),
    X: (row) => row && extend(row),
    e: (row) => row && $('[data-edit]', row)?.click(),
    b: () => $('.has-selection .bulkbar .btn')?.focus(),
    p: () => $('.has-selection .bulkbar [data-print]')?.click(),
  };
  const escape = () => {
    root.dataset.tips = 'off';
    const area = $('.has-selection');
    if (area && !$('dialog[open], :popover-open')) window.Backoffice.clearSelection(area);
  };

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { escape(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || $('dialog[open]') || isOff() || isTyping(event.target)) return;
    if (pending && GO[event.key]) { pending = false; location.href = GO[event.key]; return; }
    pending = event.key === 'g';
    const action = ACTIONS[event.key];
    if (action) { event.preventDefault(); action(rowInReach()); }
  });
  document.addEventListener('change', (event) => {
    if (event.target.matches?.('[data-keys-toggle]')) document.cookie = `keys=${event.target.checked ? 'on' : 'off'};path=/;max-age=31536000;samesite=lax`;
  });
  onLoad((all) => {
    all('[data-keys-toggle]').forEach((box) => { box.checked = !isOff(); });
    active = -1;
  });
})();
