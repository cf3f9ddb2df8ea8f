// Asks before something is done: what, with what effect, for what reason. A request that may not have arrived is repeated with its own key, so it happens once.

import { newKey } from './api.js';
import { append, h, put, toast } from './dom.js';
import { button, field, problemBox, select } from './parts.js';

/**
 * Opens a dialog and resolves to what `run` answered, or to null when it was left.
 *   title, text      what is about to happen
 *   fields           [{ name, label, kind: 'text' | 'area' | 'number' | 'select' | 'date' | 'check', value, options, required, note, max, min, most }]
 *   preview          async (values, signal) => node: shown before, and again whenever a field changes
 *   confirm, danger  the button; wide: for tables
 *   run              async (values, key) => anything
 *   done             what is said afterwards
 */
export function ask({ title, text, fields = [], preview, confirm, danger = false, wide = false, run, done, onProblem }) {
  return new Promise(resolve => {
    const controls = fields.map(controlOf);
    const seen = h('div', { class: 'preview', 'aria-live': 'polite' });
    const trouble = h('div');
    const go = h('button', { type: 'submit', class: danger ? 'danger' : 'primary' }, confirm);
    const form = h('form', { onsubmit: submit },
      h('h2', { id: 'dialog-title' }, title),
      text && h('div', { class: 'text' }, text),
      controls.map(({ label, control, note, check }) => (check ? h('label', { class: 'check' }, control, ` ${label}`) : field(label, control, note))),
      preview && seen, trouble,
      h('div', { class: 'buttons' }, button('Back', () => close(null), 'quiet'), go));
    const dialog = h('dialog', { 'aria-labelledby': 'dialog-title', class: wide ? 'wide' : null, oncancel: event => { event.preventDefault(); close(null); } }, form);
    let sent = null;
    let showing = new AbortController();
    document.body.append(dialog);
    dialog.showModal();
    if (preview) {
      show();
      form.addEventListener('input', show);
    }

    function values() {
      return Object.fromEntries(controls.map(({ name, control, check }) => [name, check ? control.checked : control.value]));
    }

    async function show() {
      showing.abort();
      showing = new AbortController();
      const { signal } = showing;
      try {
        const node = await preview(values(), signal);
        if (!signal.aborted) put(seen, node);
        go.disabled = node?.dataset?.stop !== undefined;
      } catch (failure) {
        if (signal.aborted) return;
        put(seen, problemBox(failure));
        go.disabled = true;
      }
    }

    async function submit(event) {
      event.preventDefault();
      const now = JSON.stringify(values());
      if (sent?.values !== now) sent = { values: now, key: newKey() };
      go.disabled = true;
      put(trouble);
      try {
        const answer = await run(values(), sent.key);
        if (done) toast(typeof done === 'function' ? done(answer) : done);
        close(answer ?? true);
      } catch (failure) {
        put(trouble, problemBox(failure));
        onProblem?.(failure);
      } finally {
        go.disabled = false;
      }
    }

    function close(answer) {
      showing.abort();
      dialog.close();
      dialog.remove();
      resolve(answer);
    }
  });
}

function controlOf(one) {
  const shared = { name: one.name, required: one.required ?? false, maxlength: one.most ?? null };
  switch (one.kind) {
    case 'area': {
      const area = h('textarea', { ...shared, rows: one.rows ?? 3, class: one.code ? 'code' : null, spellcheck: one.code ? 'false' : null });
      area.value = one.value ?? '';
      return { ...one, control: area };
    }
    case 'select':
      return { ...one, control: select({ ...shared, value: one.value }, one.options) };
    case 'check':
      return { ...one, check: true, control: h('input', { type: 'checkbox', name: one.name, checked: one.value ?? false }) };
    default:
      return { ...one, control: h('input', { ...shared, type: one.kind ?? 'text', value: one.value ?? null, min: one.min ?? null, max: one.max ?? null, step: one.step ?? null, autocomplete: 'off' }) };
  }
}

/** Something to read in a dialog, with nothing to decide. */
export function show(title, ...content) {
  const dialog = h('dialog', { 'aria-labelledby': 'dialog-title', class: 'wide', onclose: () => dialog.remove() });
  append(dialog, h('h2', { id: 'dialog-title' }, title), content, h('div', { class: 'buttons' }, button('Close', () => dialog.close(), 'primary')));
  document.body.append(dialog);
  dialog.showModal();
}
