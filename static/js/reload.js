/* The maintenance page looks once a minute whether we are back; only while somebody has it before them. */
(() => {
  'use strict';
  const place = document.querySelector('[data-reload-after]');
  if (!place) return;
  setInterval(() => { if (!document.hidden && navigator.onLine) location.reload(); }, Number(place.dataset.reloadAfter) * 1000);
})();
