/* Toasts, at most three. A success message disappears after six seconds, later while it has the pointer or the focus.
   An error or a message with an action stays until it is closed. */
(() => {
  'use strict';
  const { $, $$, onLoad } = window.Backoffice;
  const SECONDS = 6;
  const MOST = 3;

  const stays = (toast) => toast.matches('.toast--bad, [role="alert"]') || Boolean($('.toast__actions', toast));
  const leave = (toast) => {
    if (!toast.isConnected) return;
    if (toast.matches(':hover, :focus-within')) { setTimeout(leave, 1000, toast); return; }
    toast.remove();
  };
  const settle = (toast) => {
    if (!stays(toast)) setTimeout(leave, SECONDS * 1000, toast);
    $$('#toasts .toast').slice(0, -MOST).forEach((old) => old.remove());
  };

  /* kind is 'bad' or ''; a toast with the same text is replaced. link is {href, text, kept}; kept: leaving loses no input. */
  const toast = (kind, sentence, link) => {
    const region = $('#toasts');
    const known = $$('.toast__title', region).find((place) => place.textContent === sentence);
    known?.closest('.toast').remove();
    const made = $('#message-template').content.firstElementChild.cloneNode(true);
    if (kind === 'bad') {
      made.classList.add('toast--bad');
      made.setAttribute('role', 'alert');
      $('.icon', made).className = 'icon i-alert';
    }
    $('.toast__title', made).textContent = sentence;
    const place = $('.toast__actions', made);
    if (link) {
      const anchor = $('a', place);
      anchor.href = link.href;
      anchor.textContent = link.text;
      anchor.toggleAttribute('data-leave-freely', Boolean(link.kept));
    } else place.remove();
    region.append(made);
    settle(made);
    return made;
  };
  window.Backoffice.toast = toast;

  document.addEventListener('click', (event) => { event.target.closest?.('[data-toast-close]')?.closest('.toast').remove(); });
  onLoad((all) => all('#toasts .toast').forEach(settle));
})();
