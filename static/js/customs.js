/* Customs data: HS codes by words while one types, suggestions, and the keyboard. Without scripts the field takes
   digits, and a link beside it leads to a page to search. */
(() => {
  'use strict';
  const { $, $$, onLoad, announce } = window.Backoffice;
  const WAIT = 150;
  let timer = 0;
  let asked = 0;

  const listOf = (field) => document.getElementById(`${field.id}-list`);
  const options = (field) => $$('[data-code]', listOf(field));
  const close = (field) => {
    const list = listOf(field);
    if (!list) return;
    list.hidden = true;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  };

  const mark = (field, option) => {
    options(field).forEach((one) => one.setAttribute('aria-selected', String(one === option)));
    if (option) {
      const list = option.parentElement;
      field.setAttribute('aria-activedescendant', option.id);
      list.scrollTop = Math.max(Math.min(list.scrollTop, option.offsetTop), option.offsetTop + option.offsetHeight - list.clientHeight);
    } else field.removeAttribute('aria-activedescendant');
  };

  const show = (field, html) => {
    const list = listOf(field);
    list.innerHTML = html;
    list.style.insetBlockStart = `${field.offsetTop + field.offsetHeight + 4}px`;
    list.hidden = false;
    options(field).forEach((option, number) => { option.id = `${list.id}-${number}`; });
    field.setAttribute('aria-expanded', 'true');
    mark(field, null);
    list.scrollIntoView({ block: 'nearest' });
    announce(options(field).length ? $('[data-said]', list).dataset.said : list.textContent.trim());
  };

  /* Only words are looked for while one types: who types digits knows the code. */
  const search = async (field) => {
    const words = field.value.trim();
    if (words.length < 2 || !/\p{L}/u.test(words)) { close(field); return; }
    const turn = ++asked;
    try {
      const address = `${field.dataset.hsCodes}?q=${encodeURIComponent(words)}`;
      const answer = await fetch(address, { headers: { 'HX-Request': 'true' } });
      const html = answer.ok && !answer.redirected ? await answer.text() : '';
      if (html && turn === asked && document.activeElement === field) show(field, html);
    } catch { close(field); }
  };

  const changed = (field) => {
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  };

  /* A description is only replaced where it is empty or seems to be Dutch, and nobody typed it just now. */
  const fill = (article, code, english) => {
    const field = $('[data-hs-codes]', article);
    const described = $('[name$="-description"]', article);
    if (described && english && 'doubt' in article.dataset) {
      described.value = english.slice(0, described.maxLength > 0 ? described.maxLength : 50);
      described.dispatchEvent(new Event('input', { bubbles: true }));
    }
    field.value = code;
    changed(field);
  };

  const choose = (field, option) => {
    asked += 1;
    close(field);
    fill(field.closest('[data-article]') || field.parentElement, option.dataset.code, option.dataset.english);
    field.focus();
  };

  const prepare = (field) => {
    if (field.getAttribute('role') === 'combobox') return;
    const list = document.createElement('ul');
    Object.assign(list, { id: `${field.id}-list`, className: 'combo__list', hidden: true });
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', field.labels?.[0]?.textContent.trim() || '');
    field.parentElement.classList.add('combo');
    field.after(list);
    const state = { role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id };
    Object.entries(state).forEach(([name, value]) => field.setAttribute(name, value));
  };
  onLoad((all) => all('[data-hs-codes]').forEach(prepare));

  document.addEventListener('input', ({ target }) => {
    if (!target.matches?.('[data-hs-codes]') || document.activeElement !== target) return;
    clearTimeout(timer);
    timer = setTimeout(() => search(target), WAIT);
  });
  document.addEventListener('focusout', ({ target }) => {
    if (!target.matches?.('[data-hs-codes]')) return;
    clearTimeout(timer);
    asked += 1;
    close(target);
  });
  /* On pointerdown, so that the field keeps the focus and does not report a change in between. */
  document.addEventListener('pointerdown', (event) => {
    const list = event.target.closest?.('.combo__list[role=listbox]');
    if (!list) return;
    event.preventDefault();
    const option = event.target.closest('[data-code]');
    const field = document.getElementById(list.id.replace(/-list$/, ''));
    if (option) choose(field, option);
  });

  const step = (field, by) => {
    const all = options(field);
    const now = all.findIndex((one) => one.getAttribute('aria-selected') === 'true');
    mark(field, all[(now + by + all.length + (now < 0 && by < 0 ? 1 : 0)) % all.length]);
  };

  /* Enter chooses from an open list, else goes on to the next empty field, and saves after the last one. */
  const goOn = (form, field) => {
    const all = $$('[data-article] input:not([type=hidden])', form);
    const next = all.slice(all.indexOf(field) + 1).find((one) => !one.value.trim() && !one.disabled);
    if (next) next.focus();
    else form.requestSubmit($('[data-save]', form) || undefined);
  };

  document.addEventListener('keydown', (event) => {
    const field = event.target;
    if (event.isComposing || !field.matches?.('input')) return;
    const isOpen = field.matches('[data-hs-codes]') && field.getAttribute('aria-expanded') === 'true';
    if (isOpen && options(field).length && ['ArrowDown', 'ArrowUp'].includes(event.key)) {
      event.preventDefault();
      step(field, event.key === 'ArrowDown' ? 1 : -1);
      return;
    }
    if (isOpen && event.key === 'Escape') {
      event.preventDefault();
      close(field);
      return;
    }
    if (event.key !== 'Enter') return;
    const option = isOpen && options(field).find((one) => one.getAttribute('aria-selected') === 'true');
    if (option) {
      event.preventDefault();
      choose(field, option);
      return;
    }
    const form = field.closest('form[data-articles]');
    if (!form || !field.closest('[data-article]') || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    goOn(form, field);
  });

  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-article] button[data-code]');
    if (!button) return;
    event.preventDefault();
    const article = button.closest('[data-article]');
    fill(article, button.dataset.code, button.dataset.english);
    const next = $$('input:not([type=hidden])', article).find((one) => !one.value.trim());
    (next || $('[data-hs-codes]', article)).focus();
  });

  /* What the server said of an article: which of its fields are wrong, and whether its description is in doubt. */
  const said = (part) => {
    const facts = $('[data-wrong]', part);
    const article = part.closest?.('[data-article]');
    if (!facts || !article) return;
    const wrong = facts.dataset.wrong.split(' ');
    $$('input:not([type=hidden])', article).forEach((field) => {
      if (wrong.includes(`${field.id}-f`)) field.setAttribute('aria-invalid', 'true');
      else field.removeAttribute('aria-invalid');
    });
    if (facts.dataset.doubt) article.dataset.doubt = '';
    else delete article.dataset.doubt;
  };
  document.addEventListener('htmx:afterSwap', (event) => { if (event.target.matches?.('.article__said')) said(event.target); });
  onLoad((all) => all('.article__said').forEach(said));
})();
