/* The print dialog: updates the number of sheets and their content from the start position. Pages that are printed from
   the browser: the button that does so. */
(() => {
  'use strict';
  const { $, onLoad } = window.Backoffice;
  const SVG = 'http://www.w3.org/2000/svg';
  const MOST_DRAWN = 12;

  const make = (tag, attributes) => {
    const element = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    return element;
  };
  const place = (number) => `M${number % 2 ? 18 : 4} ${number > 1 ? 25 : 4}h12v19h-12z`;
  const sheet = (index, start, labels) => {
    const drawing = make('svg', { viewBox: '0 0 34 48', 'aria-hidden': 'true' });
    let used = ''; let skipped = '';
    for (let spot = 0; spot < 4; spot += 1) {
      const number = index * 4 + spot;
      if (number < start) skipped += place(spot); else if (number < labels + start) used += place(spot);
    }
    drawing.append(make('rect', { class: 'sheets__paper', x: 0.5, y: 0.5, width: 33, height: 47, rx: 2 }));
    if (skipped) drawing.append(make('path', { class: 'sheets__skip', d: skipped }));
    if (used) drawing.append(make('path', { class: 'sheets__used', d: used }));
    return drawing;
  };
  const draw = () => {
    const box = $('[data-print-thumbs]');
    if (!box) return;
    const labels = Number(box.dataset.count);
    const start = Number($('[data-start-spot]:checked')?.value || 1) - 1;
    const total = Math.ceil((labels + start) / 4);
    const figure = $('[data-print-sheets]');
    const picker = $('.sheet[data-last]');
    if (figure) figure.textContent = total;
    if (picker) picker.dataset.last = Math.min(4, labels + start);
    box.replaceChildren(...Array.from({ length: Math.min(total, MOST_DRAWN) }, (_, index) => sheet(index, start, labels)));
  };

  document.addEventListener('click', (event) => { if (event.target.closest?.('[data-print-page]')) window.print(); });
  document.addEventListener('change', (event) => { if (event.target.matches?.('[data-start-spot]')) draw(); });
  onLoad((all) => { if (all('[data-print-thumbs]').length) draw(); });
})();
