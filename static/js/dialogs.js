/* Dialogs and menus: <dialog> elements that return the focus to their opener, and menus with arrow keys.
   Every dialog is also a separate page: the opener is a link or a submit button to it. */
(() => {
  'use strict';
  const { $, $$, onLoad } = window.Backoffice;

  const open = (dialog, from) => {
    if (!dialog || dialog.open) return;
    dialog.returnTo = from || document.activeElement;
    dialog.showModal();
  };
  const isSending = (dialog) => Boolean($('[aria-busy="true"], .htmx-request', dialog));
  window.Backoffice.openDialog = open;

  document.addEventListener('close', (event) => {
    const back = event.target.returnTo;
    if (event.target.id === 'dialog') event.target.replaceChildren();
    if (back?.isConnected) back.focus();
  }, true);
  document.addEventListener('cancel', (event) => { if (event.target.matches?.('dialog') && isSending(event.target)) event.preventDefault(); }, true);

  document.addEventListener('click', (event) => {
    const opener = event.target.closest?.('[data-dialog-open]');
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialogOpen);
      if (!dialog || opener.matches('[aria-disabled="true"]')) return;
      event.preventDefault();
      const menu = opener.closest('[popover]');
      const from = menu ? $(`[popovertarget="${menu.id}"]`) : opener;
      menu?.hidePopover?.();
      open(dialog, from);
      return;
    }
    const closer = event.target.closest?.('[data-dialog-close]');
    if (closer) {
      const dialog = closer.closest('dialog');
      if (dialog) { event.preventDefault(); dialog.close(); }
      return;
    }
    const dialog = event.target.matches?.('dialog') ? event.target : null;
    if (!dialog || isSending(dialog) || !event.clientX) return;
    const edge = dialog.getBoundingClientRect();
    const outside = event.clientX < edge.left || event.clientX > edge.right || event.clientY < edge.top || event.clientY > edge.bottom;
    if (outside) dialog.close();
  });

  /* A response that htmx swaps into #dialog opens it, labelled by the heading in the response. */
  const isForWindow = (event) => event.detail.target?.id === 'dialog';
  document.addEventListener('htmx:beforeRequest', (event) => { if (isForWindow(event)) event.detail.elt.setAttribute('aria-busy', 'true'); });
  document.addEventListener('htmx:afterRequest', (event) => { if (isForWindow(event)) event.detail.elt.removeAttribute('aria-busy'); });
  document.addEventListener('htmx:afterSwap', (event) => {
    const dialog = event.detail.target;
    const heading = isForWindow(event) && $('h1, h2', dialog);
    if (!heading) return;
    heading.id ||= 'dialog-title';
    dialog.setAttribute('aria-labelledby', heading.id);
    const menu = event.detail.requestConfig?.elt?.closest?.(':popover-open');
    menu?.hidePopover();
    open(dialog, menu && $(`[popovertarget="${menu.id}"]`));
  });

  /* Shows the form[data-confirm] of another page as a dialog. On any failure, follows the link. */
  const fetchForm = async (address) => {
    const answer = await fetch(address, { headers: { 'HX-Request': 'true' } });
    if (!answer.ok || answer.redirected) return null;
    return $('form[data-confirm]', new DOMParser().parseFromString(await answer.text(), 'text/html'));
  };
  const openPage = async (link) => {
    const form = await fetchForm(link.href).catch(() => null);
    const dialog = $('#dialog');
    if (!form || !dialog) { location.href = link.href; return; }
    if (!form.hasAttribute('action')) form.setAttribute('action', link.href);
    const heading = $('h1', form);
    heading.id = 'dialog-title';
    dialog.setAttribute('aria-labelledby', 'dialog-title');
    dialog.replaceChildren(document.adoptNode(form));
    open(dialog, link);
    $('[data-dialog-close]', dialog)?.focus();
  };
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[data-dialog-page]');
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPage(link);
  });

  /* Positions menus in browsers without CSS anchor positioning. */
  if (!CSS.supports('position-area: block-end')) {
    document.addEventListener('toggle', (event) => {
      const menu = event.target;
      if (!menu.matches?.('.menu') || event.newState !== 'open') return;
      const anchor = $(`[popovertarget="${menu.id}"]`)?.getBoundingClientRect();
      if (!anchor) return;
      const upwards = anchor.bottom + menu.offsetHeight > innerHeight - 8;
      const left = menu.matches('.menu--start, .menu--up') ? anchor.left : anchor.right - menu.offsetWidth;
      menu.style.top = `${upwards ? Math.max(8, anchor.top - menu.offsetHeight - 4) : anchor.bottom + 4}px`;
      menu.style.left = `${Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8))}px`;
    }, true);
  }

  /* Up, Down, Home and End move through a menu, and through the results below a search field. */
  document.addEventListener('keydown', (event) => {
    const menu = event.target.closest?.('.menu, .dialog--search');
    if (!menu || !['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) return;
    if (event.target.matches('input') && !event.key.startsWith('Arrow')) return;
    const items = $$('.menu__item', menu);
    const at = items.indexOf(document.activeElement);
    event.preventDefault();
    if (menu.matches('.dialog--search') && at < 1 && event.key === 'ArrowUp') { $('.input', menu)?.focus(); return; }
    const next = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 };
    items[next[event.key]]?.focus();
  });

  onLoad((all) => all('dialog[data-autoopen]').forEach((dialog) => open(dialog)));
})();
