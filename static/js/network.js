/* What htmx meets on its way: busy lists, a lost network, an ended session, a refusal. The page and what was typed
   stay as they are; a sentence says what happened. */
(() => {
  'use strict';
  const { $, text, toast, announce } = window.Backoffice;

  /* A question that a newer one replaced is no error: htmx would write one in the console. */
  htmx.logger = (_element, name, detail) => {
    if (name === 'htmx:sendAbort' || (name === 'htmx:afterRequest' && detail.xhr?.status === 0)) delete detail.error;
  };

  /* A list is busy while an answer replaces its rows. One that only asks how things stand leaves the rows readable. */
  const LIST = '.panel:has(> .loadline)';
  const listIn = (target) => (target?.matches?.(LIST) ? target : target?.querySelector?.(LIST));
  document.addEventListener('htmx:beforeRequest', (event) => listIn(event.detail.target)?.setAttribute('aria-busy', 'true'));
  for (const over of ['htmx:afterRequest', 'htmx:beforeSwap']) {
    document.addEventListener(over, (event) => listIn(event.detail.target)?.removeAttribute('aria-busy'));
  }

  /* After logging in one sees what one asked for, where that has an address of its own; otherwise this page. */
  const wanted = ({ requestConfig, pathInfo }) => {
    const isPage = requestConfig.verb === 'get' && requestConfig.elt.closest('[hx-push-url="true"]');
    const { pathname, search } = new URL(isPage ? pathInfo.finalRequestPath : location.href, location.href);
    return pathname + search;
  };
  const loggedOut = (detail) => {
    document.dispatchEvent(new CustomEvent('backoffice:keep-drafts'));
    const login = document.documentElement.dataset.goLogin;
    toast('bad', text('session'), { href: `${login}?next=${encodeURIComponent(wanted(detail))}`, text: text('login'), kept: true });
  };
  const refused = (request) => {
    const plain = (request.getResponseHeader('Content-Type') || '').startsWith('text/plain');
    toast('bad', plain && request.responseText ? request.responseText : text('failed'));
  };

  document.addEventListener('htmx:sendError', () => toast('bad', text('offline')));
  document.addEventListener('htmx:timeout', () => toast('bad', text('offline')));
  document.addEventListener('htmx:responseError', (event) => {
    if (event.detail.xhr.status === 401) loggedOut(event.detail); else refused(event.detail.xhr);
  });

  /* Ordinary forms: a browser without a network would show its own page and lose the place. */
  document.addEventListener('submit', (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    toast('bad', text('offline'));
  }, true);
  addEventListener('online', () => { if ($('#toasts .toast--bad')) announce(text('online')); });
})();
