/* Switches between the light, dark and system themes. The server renders data-theme from the cookie. */
(() => {
  'use strict';
  const { $$ } = window.Backoffice;
  const root = document.documentElement;
  const YEAR = 365 * 24 * 3600;

  document.addEventListener('click', (event) => {
    const chosen = event.target.closest?.('[data-theme-set]')?.dataset.themeSet;
    if (!chosen) return;
    if (chosen === 'auto') delete root.dataset.theme; else root.dataset.theme = chosen;
    $$('[data-theme-set]').forEach((button) => button.setAttribute('aria-pressed', String(button.dataset.themeSet === chosen)));
    const secure = location.protocol === 'https:' ? ';secure' : '';
    document.cookie = `theme=${chosen};path=/;max-age=${chosen === 'auto' ? 0 : YEAR};samesite=lax${secure}`;
  });
})();
