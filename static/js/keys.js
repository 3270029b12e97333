/* Shortcuts. Single letters never fire in fields or windows and can be switched off (WCAG 2.1.4). */
(() => {
  'use strict';
  const { $, $$, recall, keep, onLoad, isTyping } = window.Backoffice;
  const root = document.documentElement;
  /* Addresses come from the server: <html data-go-d="…">. */
  const GO = { d: root.dataset.goD, z: root.dataset.goZ, i: root.dataset.goI };
  let pending = false;
  let active = -1;

  const move = (step) => {
    const rows = $$('[data-row]');
    if (!rows.length) return;
    active = Math.max(0, Math.min(rows.length - 1, active + step));
    rows.forEach((row, index) => row.classList.toggle('is-active', index === active));
    ($('.cell-link[href]', rows[active]) || $('.check', rows[active]))?.focus();
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
    '?': () => window.Backoffice.openDialog($('#sneltoetsen')),
    j: () => move(1),
    k: () => move(-1),
    x: (row) => row && $('.check', row)?.click(),
    X: (row) => row && extend(row),
    e: (row) => row && $('[data-edit]', row)?.click(),
    b: () => $('.has-selection .bulkbar .btn')?.focus(),
    p: () => { if ($('.has-selection')) window.Backoffice.openDialog($('#printvenster')); },
  };
  const escape = () => {
    root.dataset.tips = 'off';
    const area = $('.has-selection');
    if (area && !$('dialog[open], :popover-open')) window.Backoffice.clearSelection(area);
  };

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { escape(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || $('dialog[open]') || recall('keys') === 'off' || isTyping(event.target)) return;
    if (pending && GO[event.key]) { pending = false; location.href = GO[event.key]; return; }
    pending = event.key === 'g';
    const action = ACTIONS[event.key];
    if (action) { event.preventDefault(); action($$('[data-row]')[active]); }
  });
  document.addEventListener('change', (event) => {
    if (event.target.matches?.('[data-keys-toggle]')) keep('keys', event.target.checked ? 'on' : 'off');
  });
  onLoad((all) => {
    all('[data-keys-toggle]').forEach((box) => { box.checked = recall('keys') !== 'off'; });
    active = -1;
  });
})();
