/* The last script: from here on every key and press is answered. Programs that work the pages wait for it. */
(() => {
  'use strict';
  document.addEventListener('DOMContentLoaded', () => { document.documentElement.dataset.ready = ''; });
})();
