/* One menu for all rows; its items are fetched when it opens. Without scripts the button is a link to a page. */
(() => {
  'use strict';
  const { $, text, announce, onLoad, toast } = window.Backoffice;

  const place = (menu, button) => {
    const at = button.getBoundingClientRect();
    const upwards = at.bottom + menu.offsetHeight > innerHeight - 8;
    menu.style.position = 'fixed';
    menu.style.positionArea = 'none';
    menu.style.inset = 'auto';
    menu.style.margin = '0';
    menu.style.top = `${upwards ? Math.max(8, at.top - menu.offsetHeight - 4) : at.bottom + 4}px`;
    menu.style.left = `${Math.max(8, Math.min(at.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8))}px`;
  };
  const open = (button) => {
    const menu = $('#row-menu');
    htmx.ajax('GET', button.getAttribute('href'), { target: menu, swap: 'innerHTML' }).then(() => {
      if (!menu.childElementCount) return;
      menu.opener = button;
      button.setAttribute('aria-expanded', 'true');
      if (!menu.matches(':popover-open')) menu.showPopover();
      place(menu, button);
      $('.menu__item', menu)?.focus();
    }).catch(() => {});
  };
  onLoad((all) => all('[data-menu]').forEach((link) => link.setAttribute('role', 'button')));
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-menu]');
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(button);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === ' ' && event.target.matches?.('[data-menu]')) { event.preventDefault(); open(event.target); }
  });
  document.addEventListener('toggle', (event) => {
    const menu = event.target;
    if (event.newState !== 'closed' || !menu.opener) return;
    menu.opener.removeAttribute('aria-expanded');
    if (menu.contains(document.activeElement) || document.activeElement === document.body) menu.opener.focus();
    menu.opener = null;
  }, true);

  /* When a menu item opens a dialog, the menu closes, and the dialog returns the focus to the row. */
  document.addEventListener('htmx:beforeSwap', (event) => {
    const menu = event.detail.requestConfig?.elt?.closest?.('#row-menu');
    if (menu && event.detail.target.id === 'dialog') { menu.opener?.focus(); menu.hidePopover(); }
  });

  const copied = (button) => {
    button.closest('[popover]')?.hidePopover();
    announce(button.dataset.copied || text('copied'));
    toast('', button.dataset.copied || text('copied'));
  };
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-copy]');
    if (!button) return;
    if (!navigator.clipboard) { toast('bad', `${text('uncopied')} ${button.dataset.copy}`); return; }
    navigator.clipboard.writeText(button.dataset.copy).then(() => copied(button), () => toast('bad', `${text('uncopied')} ${button.dataset.copy}`));
  });
})();
