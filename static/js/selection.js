/* Selecting rows: the count, all at once, and a range with Shift. Without scripts, checked boxes show the bar (CSS).
   The server selects all matching rows on every page: it sends the bar with the filter as one field and their number.
   The first box that the user changes ends that selection; then the checked boxes on the page count. */
(() => {
  'use strict';
  const { $, $$, text, announce, onLoad } = window.Backoffice;
  let last = null;

  const boxesOf = (area) => $$('tbody .check:not(:disabled)', area);
  const isEvery = (area) => Boolean($('[data-select-every]', area));
  const refresh = (area) => {
    const boxes = boxesOf(area);
    const chosen = boxes.filter((box) => box.checked).length;
    const all = $('[data-select-all]', area);
    area.classList.toggle('has-selection', chosen > 0 || isEvery(area));
    if (!isEvery(area)) $$('[data-select-count]', area).forEach((place) => { place.textContent = chosen; });
    if (chosen) $$('[data-select-many]', area).forEach((words) => { words.textContent = chosen === 1 ? words.dataset.selectOne : words.dataset.selectMany.replace('#', chosen); });
    if (all) { all.checked = chosen > 0 && chosen === boxes.length; all.indeterminate = chosen > 0 && chosen < boxes.length; }
  };
  const pageOnly = (area) => $$('[data-select-every], [data-select-page]', area).forEach((element) => element.remove());
  const clear = (area) => {
    boxesOf(area).forEach((box) => { box.checked = false; });
    pageOnly(area);
    refresh(area);
    $('[data-select-all]', area)?.focus();
    announce(text('cleared'));
  };
  window.Backoffice.clearSelection = clear;

  document.addEventListener('change', (event) => {
    const area = event.target.closest?.('[data-select]');
    if (!area || !event.target.matches('.check')) return;
    if (event.target.matches('[data-select-all]')) boxesOf(area).forEach((box) => { box.checked = event.target.checked; });
    pageOnly(area);
    refresh(area);
  });
  document.addEventListener('click', (event) => {
    const clearer = event.target.closest?.('[data-select-clear]');
    if (clearer) { clear(clearer.closest('[data-select]')); return; }
    const narrower = event.target.closest?.('[data-select-page]');
    if (narrower) {
      const area = narrower.closest('[data-select]');
      event.preventDefault();
      pageOnly(area);
      refresh(area);
      $('.bulkbar .btn', area)?.focus();
      return;
    }
    const box = event.target.closest?.('[data-select] tbody .check');
    if (!box) return;
    const boxes = boxesOf(box.closest('[data-select]'));
    if (event.shiftKey && last && boxes.includes(last)) {
      const [from, to] = [boxes.indexOf(box), boxes.indexOf(last)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
    }
    last = box;
  });
  onLoad((all, part) => {
    all('[data-select]').forEach(refresh);
    const around = part.closest?.('[data-select]');
    if (around) refresh(around);
  });
})();
