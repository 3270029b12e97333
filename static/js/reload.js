/* Reloads the maintenance page regularly while it is visible. */
(() => {
  'use strict';
  const place = document.querySelector('[data-reload-after]');
  if (!place) return;
  setInterval(() => { if (!document.hidden && navigator.onLine) location.reload(); }, Number(place.dataset.reloadAfter) * 1000);
})();
