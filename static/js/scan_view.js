/* The lines of scan and print, the field that takes every key, the sound, and what screen readers hear. */
(() => {
  'use strict';
  const { $, $$, isTyping, readStorage, writeStorage } = window.Backoffice;
  const { scan } = window.Backoffice;
  if (!scan) return;
  const { root, text, view } = scan;
  const field = $('#code');
  const problems = $('[data-scan-problems]', root);
  const list = $('[data-scan-lines]', root);
  const MOST_SPOKEN = 20;
  const LOOKS = { queued: 'plain', making: 'transit', ready: 'print', done: 'ok', repeat: 'warn', refused: 'bad' };
  const ICONS = { queued: 'clock', making: 'concept', ready: 'download', done: 'check-c', repeat: 'copy', refused: 'alert' };
  const SOUND_KEY = 'scan-sound';
  const shown = new Map();

  const box = $('[data-scan-sound]', root);
  /* Sound: two tones for what must be looked at, one for a repeat. */
  let audio = null;
  const wake = () => { try { audio ||= new AudioContext(); audio.resume(); } catch { /* A browser without sound. */ } };
  const beep = (pitch, after) => {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = pitch;
    volume.gain.value = 0.2;
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + after);
    tone.stop(audio.currentTime + after + 0.14);
  };
  const sound = (...pitches) => {
    if (audio && box.checked) pitches.forEach((pitch, index) => beep(pitch, index * 0.18));
  };

  const nameOf = (line) => [`#${line.number || line.code}`, line.name].filter(Boolean).join(' ');
  const lookOf = (line) => (line.late && line.state !== 'done' ? 'late' : line.state);
  const say = (words) => {
    const region = $('[data-scan-log]', root);
    const said = document.createElement('p');
    said.textContent = words;
    region.append(said);
    [...region.children].slice(0, -MOST_SPOKEN).forEach((old) => old.remove());
  };
  /* Each result once, and none that was said before a reload. */
  const tell = (line, known) => {
    const look = line.overtaken && !line.seen ? 'overtaken' : lookOf(line);
    if (['queued', 'making', 'ready'].includes(look)) { known.told = 'new'; return; }
    if (known.told === look) return;
    const isNews = known.told !== '';
    known.told = look;
    if (!isNews) return;
    say(`${nameOf(line)}: ${text(lookOf(line))}. ${line.text || ''}`);
    if (look === 'repeat') sound(520); else if (scan.isProblem(line)) sound(440, 300);
  };

  const fill = (row, line) => {
    const look = lookOf(line);
    const pill = $('.pill', row);
    $('[data-scan-number]', row).textContent = `#${line.number || line.code}`;
    $('[data-scan-name]', row).textContent = line.name || '';
    pill.className = `pill pill--${look === 'late' ? 'bad' : LOOKS[look]} i-${look === 'late' ? 'alert' : ICONS[look]}`;
    pill.textContent = text(look);
    $('[data-scan-text]', row).textContent = line.shared ? text('shared') : line.text || '';
    const link = $('[data-scan-link]', row);
    link.hidden = !line.url || line.shared || line.state !== 'refused';
    link.href = line.url || '#';
    $('[data-scan-action]', link).textContent = line.action || '';
    $('[data-scan-again]', row).hidden = line.state !== 'refused';
    $('[data-scan-reprint]', row).hidden = !['done', 'repeat'].includes(line.state);
    $('[data-scan-seen]', row).hidden = !scan.isProblem(line);
    $$('.sr', row).forEach((words) => { words.textContent = `#${line.number || line.code}`; });
    row.classList.toggle('is-blocked', scan.isProblem(line));
    row.dataset.state = look;
  };
  /* Newest first, above the others what must be looked at. */
  const place = (row, line) => {
    const body = scan.isProblem(line) ? problems : list;
    const all = scan.all();
    const own = all.indexOf(line);
    const next = [...body.rows].find((other) => other !== row && all.indexOf(shown.get(other)) < own) || null;
    if (row.parentElement !== body || row.nextElementSibling !== next) body.insertBefore(row, next);
  };
  /* A button that was pressed goes with its reason; the next key is a scan. */
  const keepFocus = (row, pressed) => {
    const isGone = !row.contains(document.activeElement) || pressed.hidden;
    if (isGone) field.focus();
  };
  const count = () => {
    const all = scan.all();
    const over = all.filter((line) => line.state === 'done').length;
    const open = all.filter((line) => ['queued', 'making', 'ready'].includes(line.state)).length;
    $('[data-scan-count=all]', root).textContent = all.length;
    $('[data-scan-count=done]', root).textContent = over;
    $('[data-scan-count=open]', root).textContent = open;
    $('[data-scan-count=problems]', root).textContent = all.filter(scan.isProblem).length;
    $('[data-scan-results]', root).hidden = !all.length;
    $('[data-scan-empty]', root).hidden = Boolean(all.length);
  };
  const rowOf = (line) => {
    if (line.row) return line.row;
    const row = $('[data-scan-row]', root).content.firstElementChild.cloneNode(true);
    shown.set(row, line);
    /* Of a line that comes back after a reload nothing is said again. */
    line.told = { told: isRestoring && (line.late || ['done', 'refused', 'repeat'].includes(line.state)) ? '' : 'new' };
    line.row = row;
    return row;
  };
  let isRestoring = true;

  view.draw = (line) => {
    const row = rowOf(line);
    const pressed = row.contains(document.activeElement) ? document.activeElement : null;
    fill(row, line);
    place(row, line);
    if (pressed) keepFocus(row, pressed);
    tell(line, line.told);
    count();
    if (line.shared && scan.isProblem(line)) showCause(line);
  };
  view.forget = (line) => { shown.delete(line.row); line.row?.remove(); };
  /* The reason of the shop is said once, above the lines. */
  const showCause = (line) => {
    if ($('[data-scan-need]', root)) return;
    const cause = $('[data-scan-cause]', root);
    $('[data-scan-cause-text]', cause).textContent = line.text;
    const link = $('a', cause);
    link.hidden = !line.url;
    link.href = line.url || '#';
    link.textContent = line.action || '';
    cause.hidden = false;
  };
  /* What keeps scans from being sent; empty when nothing does. */
  let trouble = '';
  view.trouble = (kind) => {
    if (kind === trouble) return;
    const notice = $('[data-scan-trouble]', root);
    const before = trouble;
    trouble = kind;
    notice.hidden = !kind;
    if (!kind) { say(text('online')); return; }
    $('[data-scan-trouble-text]', notice).textContent = text(`trouble_${kind}`);
    const link = $('a', notice);
    const here = encodeURIComponent(location.pathname);
    link.hidden = ['offline', 'failed'].includes(kind);
    link.href = kind === 'session' ? `${document.documentElement.dataset.goLogin}?next=${here}` : location.pathname;
    link.textContent = text(kind === 'session' ? 'login' : 'reload');
    say(text(`trouble_${kind}`));
    if (!before) sound(440, 300);
  };

  /* The field is emptied at once, so the next scan finds it ready. */
  const form = $('[data-scan-form]', root);
  form.noValidate = true;
  /* The next scan replaces what the page came with. */
  if (field.value) field.select();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    wake();
    const typed = field.value;
    field.value = '';
    /* A number from the search window is asked for once, also after a reload. */
    if (location.search) history.replaceState(null, '', location.pathname);
    scan.add(typed);
  });
  /* A scanner types wherever the focus is. What it types goes into the field, not to shortcuts or buttons. */
  document.addEventListener('keydown', (event) => {
    const isText = event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isText || isTyping(event.target) || $('dialog[open]')) return;
    event.stopImmediatePropagation();
    field.focus();
  }, true);
  root.addEventListener('click', (event) => {
    const row = event.target.closest('[data-scan-table] tbody tr');
    const line = shown.get(row);
    if (!line) return;
    if (event.target.closest('[data-scan-again]')) scan.resend(line, false);
    if (event.target.closest('[data-scan-reprint]')) scan.resend(line, true);
    if (event.target.closest('[data-scan-seen]')) scan.dismiss(line);
  });
  box.checked = readStorage(SOUND_KEY) !== 'off';
  box.addEventListener('change', () => {
    writeStorage(SOUND_KEY, box.checked ? 'on' : 'off');
    wake();
    if (box.checked) sound(440, 300);
  });

  scan.restore();
  isRestoring = false;
  count();
})();
