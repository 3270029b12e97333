/* Scan and print: a queue that no scan leaves unseen. Scans are sent one after another, files come in the order of the
   scans, and what was not sent or not fetched is kept in this tab, without names. scan_view.js shows the lines. */
(() => {
  'use strict';
  const { $, readStorage, writeStorage } = window.Backoffice;
  const root = $('[data-scan]');
  if (!root) return;
  const { shop, codeUrl, statesUrl, most } = root.dataset;
  const text = (name) => root.dataset[`say${name[0].toUpperCase()}${name.slice(1)}`] || '';
  const KEY = `scan:${document.documentElement.dataset.user}:${shop}`;
  const KEPT = ['key', 'code', 'again', 'at', 'sentAt', 'state', 'job', 'late', 'overtaken', 'seen'];
  const MOST_LINES = 200;
  /* While nothing changes the server is asked less often. */
  const POLL_MS = 600;
  const SLOWEST_POLL_MS = 1500;
  const TIMEOUT_MS = 30_000;
  /* A label that is not there by then lets the others pass. */
  const LATE_MS = 15_000;
  const FILE_AGAIN_MS = 5000;
  /* Of more than ten downloads in a second Chrome drops the others without a word. */
  const BETWEEN_FILES_MS = 150;
  const LONGEST_WAIT_MS = 15_000;
  const MOST_ERRORS = 3;
  /* What ends the sending until the page is opened again. */
  const HALTS = { 401: 'session', 403: 'denied', 409: 'shop' };

  let lines = [];
  let halted = false;
  const view = { draw() {}, forget() {}, trouble() {} };
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const isOver = (line) => ['done', 'refused', 'repeat'].includes(line.state);
  const isProblem = (line) => !line.seen && (line.state === 'refused' || Boolean(line.late));

  /* Names are asked for anew after a reload. A reason without a job is a sentence of ours about the code. */
  const keep = () => {
    while (lines.length > MOST_LINES) {
      const old = lines.findIndex((line) => isOver(line) && !isProblem(line));
      if (old < 0) break;
      view.forget(...lines.splice(old, 1));
    }
    const kept = lines.map((line) => Object.fromEntries([...KEPT, ...(line.job ? [] : ['text', 'url', 'action'])].map((name) => [name, line[name]])));
    writeStorage(KEY, JSON.stringify(kept), sessionStorage);
  };
  const changed = (line) => { keep(); view.draw(line); };

  const alone = (work) => {
    let busy = false;
    return async () => {
      if (busy || halted) return;
      busy = true;
      try { await work(); } finally { busy = false; }
    };
  };
  /* The end of a wait, or the moment at which the network is back. */
  const pause = (ms) => new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() { clearTimeout(timer); removeEventListener('online', done); resolve(); }
    addEventListener('online', done);
  });
  const halt = (kind) => { halted = true; view.trouble(kind); return null; };

  /* What gets no answer now, of: scans, states, files. One that is answered says nothing of the others. */
  const troubled = new Set();
  /* Asks until there is an answer; null when nothing more can be sent from this page. `read` gets the response. */
  const ask = async (what, url, options, read) => {
    for (let times = 1; ; times += 1) {
      let kind = 'offline';
      try {
        const headers = { 'HX-Request': 'true', 'X-CSRFToken': root.dataset.token };
        const signal = AbortSignal.timeout(TIMEOUT_MS);
        const response = await fetch(url, { ...options, headers, signal, redirect: 'manual' });
        if (HALTS[response.status]) return halt(HALTS[response.status]);
        const isOurs = response.status === 500 && times >= MOST_ERRORS;
        if ((response.status < 500 && response.status !== 429) || isOurs) {
          const answer = await read(response);
          troubled.delete(what);
          if (!halted && !troubled.size) view.trouble('');
          return answer;
        }
        kind = 'failed';
      } catch { /* No network, too slow, or somebody else's page. */ }
      if (halted) return null;
      troubled.add(what);
      view.trouble(kind);
      await pause(Math.min(LONGEST_WAIT_MS, 500 * 2 ** times));
    }
  };
  const readJson = (otherwise) => async (response) => {
    if (response.type === 'opaqueredirect') return halt('denied');
    return response.ok ? response.json() : otherwise;
  };

  const add = (typed) => {
    const code = typed.trim();
    if (!code) return;
    const bare = (words) => words.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase();
    const first = lines.find((one) => bare(one.code) === bare(code) && !['refused', 'repeat'].includes(one.state));
    const line = { key: newKey(), code, again: false, at: Date.now(), state: 'queued' };
    lines.push(line);
    if (first) repeat(line, first);
    changed(line);
    send();
  };
  const repeat = (line, first) => {
    const { number, name, shipment } = first;
    const clock = new Date(first.at).toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
    Object.assign(line, { state: 'repeat', number, name, shipment, job: '', text: text('repeated').replace('{time}', clock) });
  };
  /* The same line once more, after all others. Without a job it may have one whose answer was lost: its key finds it. */
  const resend = (line, again) => {
    const key = again || line.job ? newKey() : line.key;
    Object.assign(line, { key, again: line.again || again, at: Date.now(), state: 'queued', job: '', file: '' });
    Object.assign(line, { text: '', url: '', late: false, overtaken: false, seen: false, shared: false });
    lines = [...lines.filter((one) => one !== line), line];
    changed(line);
    send();
  };
  const dismiss = (line) => { line.seen = true; changed(line); };

  const take = (line, answer) => {
    const isFirstAnswer = !line.job && answer.job;
    const { job, shipment, number, name, url, action, file } = answer;
    Object.assign(line, { job, shipment, number, name, url, action, file, stale: false, shared: answer.is_shared });
    if (line.state !== 'done') Object.assign(line, { state: answer.state, text: answer.text || '' });
    if (answer.is_late) line.late = true;
    const twin = isFirstAnswer && !line.again && lines.find((one) => one !== line && one.shipment === shipment && !['refused', 'repeat', 'queued'].includes(one.state));
    if (twin) repeat(line, twin);
    changed(line);
  };

  const send = alone(async () => {
    for (let line = lines.find((one) => one.state === 'queued'); line; line = lines.find((one) => one.state === 'queued')) {
      const { key, code, again } = line;
      const body = new URLSearchParams({ key, code, again: again ? '1' : '0', shop });
      const answer = await ask('scans', codeUrl, { method: 'POST', body }, readJson({ state: 'refused', text: text('failed') }));
      if (!answer) return;
      line.sentAt = Date.now();
      take(line, answer);
      follow();
      bring();
    }
  });

  /* In turns, so that those that wait for long do not keep the others from being asked about. */
  const followed = () => lines.filter((line) => line.job && (line.state === 'making' || line.stale))
    .sort((one, other) => (one.asked || 0) - (other.asked || 0)).slice(0, Number(most));
  const follow = alone(async () => {
    let before = '';
    let wait = POLL_MS;
    for (let open = followed(); open.length; open = followed()) {
      const now = open.map((line) => line.key).join();
      wait = now === before ? Math.min(SLOWEST_POLL_MS, wait * 1.5) : POLL_MS;
      before = now;
      if (open.some((line) => !line.stale)) await pause(wait);
      const asked = open.map((line) => ({ line, job: line.job }));
      open.forEach((line) => { line.asked = Date.now(); });
      const query = new URLSearchParams([['shop', shop], ...asked.map(({ job }) => ['job', job])]);
      const answer = await ask('states', `${statesUrl}?${query}`, {}, readJson({ lines: null }));
      if (!answer) return;
      /* One that was sent again meanwhile has another job. */
      const same = answer.lines ? asked.filter(({ line, job }) => line.job === job) : [];
      same.forEach(({ line, job }) => update(line, answer.lines.find((one) => one.job === job)));
      bring();
    }
  });
  const update = (line, found) => {
    if (!found) { take(line, { state: 'refused', text: text('gone'), job: '' }); return; }
    take(line, found);
    if (line.state !== 'making' || line.late || Date.now() - line.sentAt < LATE_MS) return;
    line.late = true;
    changed(line);
  };

  /* The first file that may come now: those before it came, or are late and let it pass. */
  const nextFile = () => {
    for (const line of lines) {
      if (line.state === 'ready' && line.file && !(line.after > Date.now())) return line;
      if (['queued', 'making', 'ready'].includes(line.state) && !line.late) return null;
    }
    return null;
  };
  const readFile = async (response) => {
    if (response.status === 404) return { isGone: true };
    if (!response.ok || !(response.headers.get('Content-Type') || '').startsWith('application/pdf')) return {};
    const name = /filename="?([^";]+)/.exec(response.headers.get('Content-Disposition') || '')?.[1];
    return { name: name || 'label.pdf', blob: await response.blob() };
  };
  const bring = alone(async () => {
    for (let line = nextFile(); line; line = nextFile()) {
      const found = await ask('files', line.file, {}, readFile);
      if (!found) return;
      if (found.isGone) { update(line, null); continue; }
      if (!found.blob) { putOff(line); continue; }
      arrived(line, found);
      await new Promise((resolve) => { setTimeout(resolve, BETWEEN_FILES_MS); });
    }
  });
  const arrived = (line, { name, blob }) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    const place = lines.indexOf(line);
    line.overtaken = Boolean(line.late) && lines.some((one, index) => index > place && one.state === 'done');
    Object.assign(line, { state: 'done', late: line.overtaken, text: line.overtaken ? text('overtaken') : '' });
    changed(line);
  };
  const putOff = (line) => {
    Object.assign(line, { late: true, text: text('noFile'), after: Date.now() + FILE_AGAIN_MS });
    setTimeout(bring, FILE_AGAIN_MS);
    changed(line);
  };

  /* What this tab still knew: what was not sent is sent now, and a file that was under way is fetched again. */
  const restore = () => {
    const kept = JSON.parse(readStorage(KEY, sessionStorage) || '[]');
    lines = kept.map((line) => {
      const state = line.state === 'ready' ? 'making' : line.state;
      return { ...line, state, stale: Boolean(line.job), text: line.overtaken ? text('overtaken') : line.text };
    });
    lines.forEach((line) => view.draw(line));
    send();
    follow();
  };

  window.Backoffice.scan = { root, text, view, add, resend, dismiss, isProblem, restore, all: () => lines };
})();
