/* Passkeys. A form with data-passkey asks the device before it is sent: `create` makes a passkey, `get` uses one.
   The options come from the page (#passkey-options) or, with data-passkey-options, from that address. */
(() => {
  'use strict';
  const { $, $$, text, toast } = window.Backoffice;
  const fromText = (value) => Uint8Array.from(atob(value.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const described = (list) => (list || []).map((item) => ({ ...item, id: fromText(item.id) }));

  const readOptions = async (form) => {
    if (!form.dataset.passkeyOptions) return JSON.parse($('#passkey-options').textContent);
    const response = await fetch(form.dataset.passkeyOptions, { headers: { Accept: 'application/json' } });
    if (!response.ok) throw new Error(response.statusText);
    return (await response.json()).request_options;
  };

  const create = async (options, form) => {
    const key = { ...options.publicKey, challenge: fromText(options.publicKey.challenge) };
    key.user = { ...key.user, id: fromText(key.user.id) };
    key.excludeCredentials = described(key.excludeCredentials);
    const alone = $('[name=passwordless]', form)?.checked;
    key.authenticatorSelection = { ...key.authenticatorSelection, residentKey: alone ? 'required' : 'discouraged' };
    key.authenticatorSelection.requireResidentKey = Boolean(alone);
    if (alone) key.authenticatorSelection.userVerification = 'required';
    const made = await navigator.credentials.create({ publicKey: key });
    return [made, { attestationObject: toText(made.response.attestationObject) }];
  };

  const get = async (options) => {
    const key = { ...options.publicKey, challenge: fromText(options.publicKey.challenge) };
    key.allowCredentials = described(key.allowCredentials);
    const used = await navigator.credentials.get({ publicKey: key });
    const { authenticatorData, signature, userHandle } = used.response;
    const answer = { authenticatorData: toText(authenticatorData), signature: toText(signature) };
    return [used, userHandle ? { ...answer, userHandle: toText(userHandle) } : answer];
  };

  const askDevice = async (form) => {
    const options = await readOptions(form);
    const [credential, answer] = await (form.dataset.passkey === 'create' ? create(options, form) : get(options));
    $('[name=credential]', form).value = JSON.stringify({
      type: credential.type,
      id: credential.id,
      rawId: toText(credential.rawId),
      authenticatorAttachment: credential.authenticatorAttachment,
      response: { clientDataJSON: toText(credential.response.clientDataJSON), ...answer },
      clientExtensionResults: credential.getClientExtensionResults(),
    });
    form.submit();
  };

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.matches('form[data-passkey]')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    askDevice(form).catch(() => toast('bad', form.dataset.passkeyFailed || text('failed')));
  }, true);
  if (!window.PublicKeyCredential) $$('[data-passkey-offer]').forEach((offer) => { offer.hidden = true; });
})();
