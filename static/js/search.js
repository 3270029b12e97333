/* Ctrl K opens the search dialog. Without scripts the menu item is a link to the search page. */
(() => {
  'use strict';
  const { $, onLoad } = window.Backoffice;
  const open = () => window.Backoffice.openDialog($('#search-dialog'));
  window.Backoffice.openSearch = open;

  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k' || $('dialog[open]') || !$('#search-dialog')) return;
    event.preventDefault();
    open();
  });
  onLoad((all) => {
    if (/Mac|iPhone|iPad/.test(navigator.platform)) all('.nav__link--search .kbd').forEach((key) => { key.textContent = '⌘K'; });
  });
})();
