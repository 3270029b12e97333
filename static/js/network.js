/* States of htmx requests: a busy list, no network, an ended session, an error response. The page and its input stay
   unchanged; a message says what happened. */
(() => {
  'use strict';
  const { $, text, toast, announce } = window.Backoffice;

  /* A request that a newer one replaced is not an error, but htmx would log it as one. */
  htmx.logger = (_element, name, detail) => {
    if (name === 'htmx:sendAbort' || (name === 'htmx:afterRequest' && detail.xhr?.status === 0)) delete detail.error;
  };

  /* A list is busy while a request replaces its rows. A request for the state only leaves the rows readable. */
  const LIST = '.panel:has(> .loadline)';
  const listIn = (target) => (target?.matches?.(LIST) ? target : target?.querySelector?.(LIST));
  document.addEventListener('htmx:beforeRequest', (event) => listIn(event.detail.target)?.setAttribute('aria-busy', 'true'));
  for (const over of ['htmx:afterRequest', 'htmx:beforeSwap']) {
    document.addEventListener(over, (event) => listIn(event.detail.target)?.removeAttribute('aria-busy'));
  }

  /* The page after login: the requested one if it has its own URL, else this page. */
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

  /* Plain forms: without a network, the browser would replace the page by its own error page. */
  document.addEventListener('submit', (event) => {
    if (navigator.onLine || event.target.matches?.('[data-works-offline]')) return;
    event.preventDefault();
    toast('bad', text('offline'));
  }, true);
  addEventListener('online', () => { if ($('#toasts .toast--bad')) announce(text('online')); });
})();
