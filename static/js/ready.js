/* Loaded last: marks the page as ready for input. Browser tests wait for this mark. */
(() => {
  'use strict';
  document.addEventListener('DOMContentLoaded', () => { document.documentElement.dataset.ready = ''; });
})();
