/* Scanning with the camera, where the browser reads barcodes; elsewhere the button says what to do instead. */
(() => {
  'use strict';
  const { $ } = window.Backoffice;
  const { scan } = window.Backoffice;
  if (!scan) return;
  const { root, text } = scan;
  const button = $('[data-scan-camera]', root);
  const picture = $('[data-scan-picture]', root);
  const help = $('[data-scan-camera-help]', root);
  const LOOK_MS = 200;
  /* A code that stays in view is one scan; it counts again after it was away this long. */
  const AWAY_MS = 2000;
  let stream = null;
  let last = { code: '', at: 0 };

  const explain = (name) => { help.textContent = name && text(name); help.hidden = !name; };
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    picture.srcObject = null;
    picture.hidden = true;
    button.setAttribute('aria-pressed', 'false');
  };
  const see = (code) => {
    const now = Date.now();
    const isNew = code !== last.code || now - last.at > AWAY_MS;
    last = { code, at: now };
    if (!isNew) return;
    navigator.vibrate?.(60);
    scan.add(code);
  };
  const look = async (detector) => {
    if (!stream) return;
    const found = picture.readyState >= 2 ? await detector.detect(picture).catch(() => []) : [];
    found.forEach(({ rawValue }) => see(rawValue));
    setTimeout(look, LOOK_MS, detector);
  };
  const start = async () => {
    const detector = new window.BarcodeDetector();
    explain('');
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
    } catch {
      explain('cameraDenied');
      return;
    }
    picture.srcObject = stream;
    picture.hidden = false;
    button.setAttribute('aria-pressed', 'true');
    await picture.play().catch(() => {});
    look(detector);
  };

  const canRead = 'BarcodeDetector' in window && Boolean(navigator.mediaDevices?.getUserMedia);
  button.hidden = !canRead && !matchMedia('(pointer: coarse)').matches;
  button.addEventListener('click', () => {
    if (!canRead) explain('cameraMissing'); else if (stream) stop(); else start();
  });
  document.addEventListener('visibilitychange', () => { if (document.hidden && stream) stop(); });
})();
