/* MyParcel Backoffice: progressive enhancement only.
   Every page works without this file: dialogs have a page of their own,
   selection is a normal form. All listeners are delegated, so content that
   htmx swaps in works without being set up again. */
(() => {
  'use strict';
  const root = document.documentElement;
  const $ = (s, r = document) => r.querySelector(s);
  const $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const stored = (k) => { try { return localStorage.getItem(k); } catch { return null; } };
  const store = (k, v) => { try { localStorage.setItem(k, v); } catch { /* storage blocked: lasts until the next page */ } };
  const say = (text) => { const el = $('#aankondiging'); if (el) { el.textContent = ''; requestAnimationFrame(() => { el.textContent = text; }); } };

  /* -- Theme: the server renders data-theme from a cookie, this only switches it */
  const setTheme = (t) => {
    if (t === 'light' || t === 'dark') root.dataset.theme = t; else delete root.dataset.theme;
    $$('[data-theme-set]').forEach((b) => b.setAttribute('aria-pressed', String(b.dataset.themeSet === (root.dataset.theme || 'auto'))));
    document.cookie = `theme=${t};path=/;max-age=31536000;samesite=lax`;
  };

  /* -- Dialogs: remember what opened them, give the focus back on close */
  const openDialog = (d, from) => { if (!d || d.open) return; d.returnTo = from || document.activeElement; d.showModal(); };
  document.addEventListener('close', (e) => { const back = e.target.returnTo; if (back?.isConnected) back.focus(); }, true);

  /* -- Selection: count, select all, ranges with Shift */
  let lastBox = null;
  const boxesOf = (area) => $$('tbody .check:not(:disabled)', area);
  const syncSelection = (area) => {
    const list = boxesOf(area); const n = list.filter((c) => c.checked).length; const all = $('[data-select-all]', area);
    area.classList.toggle('has-selection', n > 0);
    if (!area.hasAttribute('data-select-fixed')) $$('[data-select-count]', area).forEach((el) => { el.textContent = n; });
    if (all) { all.checked = n > 0 && n === list.length; all.indeterminate = n > 0 && n < list.length; }
  };
  const clearSelection = (area) => {
    boxesOf(area).forEach((c) => { c.checked = false; });
    area.removeAttribute('data-select-fixed'); syncSelection(area);
    $('[data-select-all]', area)?.focus(); say(root.lang === 'en' ? 'Selection cleared' : 'Selectie gewist');
  };
  document.addEventListener('change', (e) => {
    const area = e.target.closest('[data-select]');
    if (area && e.target.matches('.check')) {
      if (e.target.matches('[data-select-all]')) boxesOf(area).forEach((c) => { c.checked = e.target.checked; });
      area.removeAttribute('data-select-fixed'); syncSelection(area);
    }
    if (e.target.name === 'positie') drawSheets();
    if (e.target.matches('[data-keys-toggle]')) store('keys', e.target.checked ? 'on' : 'off');
  });

  /* -- Print dialog: sheet count and little sheets follow the start position */
  const SVG = 'http://www.w3.org/2000/svg';
  const make = (tag, at) => { const el = document.createElementNS(SVG, tag); Object.entries(at).forEach(([k, v]) => el.setAttribute(k, v)); return el; };
  function drawSheets() {
    const box = $('[data-print-thumbs]'); if (!box) return;
    const n = Number(box.dataset.count); const start = Number($('input[name=positie]:checked')?.value || 1) - 1;
    const total = Math.ceil((n + start) / 4); const out = $('[data-print-sheets]'); const sheet = $('.sheet[data-last]');
    const cell = (i) => `M${i % 2 ? 18 : 4} ${i > 1 ? 25 : 4}h12v19h-12z`;
    if (out) out.textContent = total;
    if (sheet) sheet.dataset.last = Math.min(4, n + start);
    box.replaceChildren(...Array.from({ length: Math.min(total, 12) }, (_, s) => {
      const svg = make('svg', { viewBox: '0 0 34 48', 'aria-hidden': 'true' }); let used = ''; let skip = '';
      for (let i = 0; i < 4; i += 1) { const k = s * 4 + i; if (k < start) skip += cell(i); else if (k < n + start) used += cell(i); }
      svg.append(make('rect', { class: 'sheets__paper', x: 0.5, y: 0.5, width: 33, height: 47, rx: 2 }));
      if (skip) svg.append(make('path', { class: 'sheets__skip', d: skip }));
      if (used) svg.append(make('path', { class: 'sheets__used', d: used }));
      return svg;
    }));
  }

  /* -- Clicks */
  document.addEventListener('click', (e) => {
    const row = e.target.closest('[data-select] tbody .check');
    if (row) {
      const list = boxesOf(row.closest('[data-select]'));
      if (e.shiftKey && lastBox && list.includes(lastBox)) {
        const [a, b] = [list.indexOf(row), list.indexOf(lastBox)].sort((x, y) => x - y);
        list.slice(a, b + 1).forEach((c) => { c.checked = row.checked; });
      }
      lastBox = row; return;
    }
    const t = e.target.closest('button, a, dialog'); if (!t) return;
    if (t.matches('[aria-disabled="true"]')) { e.preventDefault(); return; }
    if (t.dataset.dialogOpen) {
      const d = document.getElementById(t.dataset.dialogOpen); if (!d) return;
      e.preventDefault(); const menu = t.closest('[popover]'); const from = menu ? $(`[popovertarget="${menu.id}"]`) : t;
      menu?.hidePopover?.(); openDialog(d, from);
    } else if (t.matches('[data-dialog-close]')) t.closest('dialog').close();
    else if (t.matches('dialog') && e.target === t) {
      const r = t.getBoundingClientRect();
      if (e.clientX < r.left || e.clientX > r.right || e.clientY < r.top || e.clientY > r.bottom) t.close();
    } else if (t.matches('[data-select-clear]')) clearSelection(t.closest('[data-select]'));
    else if (t.matches('[data-toast-close]')) t.closest('.toast').remove();
    else if (t.dataset.themeSet) setTheme(t.dataset.themeSet);
    else if (t.dataset.pwToggle) { const i = document.getElementById(t.dataset.pwToggle); const on = i.type === 'password'; i.type = on ? 'text' : 'password'; t.setAttribute('aria-pressed', String(on)); }
  });

  /* -- Menus: where CSS anchor positioning is missing, place them by hand */
  if (!CSS.supports('position-area: block-end')) {
    document.addEventListener('toggle', (e) => {
      const m = e.target; if (!m.matches?.('.menu') || e.newState !== 'open') return;
      const b = $(`[popovertarget="${m.id}"]`)?.getBoundingClientRect(); if (!b) return;
      const up = b.bottom + m.offsetHeight > innerHeight - 8; const fromStart = m.matches('.menu--start, .menu--up');
      m.style.top = `${up ? Math.max(8, b.top - m.offsetHeight - 4) : b.bottom + 4}px`;
      m.style.left = `${Math.max(8, Math.min(fromStart ? b.left : b.right - m.offsetWidth, innerWidth - m.offsetWidth - 8))}px`;
    }, true);
  }

  /* -- Keyboard. Single letters never fire in fields and can be switched off (WCAG 2.1.4) */
  const GO = { d: root.dataset.goD, z: root.dataset.goZ, i: root.dataset.goI };
  let pending = false; let active = -1;
  const move = (step) => {
    const rows = $$('[data-row]'); if (!rows.length) return;
    active = Math.max(0, Math.min(rows.length - 1, active + step));
    rows.forEach((r, i) => r.classList.toggle('is-active', i === active));
    ($('.cell-link[href]', rows[active]) || $('.check', rows[active]))?.focus();
  };
  const walk = (e) => {
    const m = e.target.closest?.('.menu, .dialog--search');
    if (!m || !['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(e.key) || (e.target.matches('input') && !e.key.startsWith('Arrow'))) return false;
    const it = $$('.menu__item', m); const i = it.indexOf(document.activeElement); e.preventDefault();
    if (m.matches('.dialog--search') && i < 1 && e.key === 'ArrowUp') $('.input', m).focus();
    else it[{ ArrowDown: (i + 1) % it.length, ArrowUp: (i - 1 + it.length) % it.length, Home: 0, End: it.length - 1 }[e.key]]?.focus();
    return true;
  };
  document.addEventListener('keydown', (e) => {
    if (walk(e)) return;
    if (e.key === 'Escape') { root.dataset.tips = 'off'; if (!$('dialog[open], :popover-open')) { const area = $('.has-selection'); if (area) clearSelection(area); } return; }
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') { if (!$('dialog[open]')) { e.preventDefault(); openDialog($('#zoekvenster')); } return; }
    if (e.ctrlKey || e.metaKey || e.altKey || $('dialog[open]') || stored('keys') === 'off') return;
    if (e.target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select')) return;
    if (pending && GO[e.key]) { pending = false; location.href = GO[e.key]; return; }
    pending = e.key === 'g';
    const row = $$('[data-row]')[active];
    const act = {
      '/': () => { const i = $('.toolbar .input'); if (i) i.focus(); else openDialog($('#zoekvenster')); },
      '?': () => openDialog($('#sneltoetsen')),
      j: () => move(1), k: () => move(-1),
      x: () => row && $('.check', row)?.click(),
      X: () => row && $('.check', row)?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey: true })),
      e: () => row && $('[data-edit]', row)?.click(),
      b: () => $('.has-selection .bulkbar .btn')?.focus(),
      p: () => { if ($('.has-selection')) openDialog($('#printvenster')); },
    }[e.key];
    if (act) { e.preventDefault(); act(); }
  });
  document.addEventListener('pointermove', () => { delete root.dataset.tips; }, { passive: true });

  /* -- Set up what is new on the page: at the start and after every htmx swap */
  const init = (part) => {
    const all = (s) => [...(part.matches?.(s) ? [part] : []), ...$$(s, part)];
    all('[data-select]').forEach(syncSelection);
    all('dialog[data-autoopen]').forEach((d) => openDialog(d));
    all('[data-autofocus]').forEach((el) => el.focus());
    all('[data-keys-toggle]').forEach((el) => { el.checked = stored('keys') !== 'off'; });
    if (all('[data-print-thumbs]').length) drawSheets();
    if (/Mac|iPhone|iPad/.test(navigator.platform)) all('.nav__link--search .kbd').forEach((k) => { k.textContent = '⌘K'; });
    active = -1;
  };
  document.addEventListener('htmx:load', (e) => init(e.target));
  const wanted = new URLSearchParams(location.search).get('theme'); if (wanted) setTheme(wanted);
  init(document.body);
})();
