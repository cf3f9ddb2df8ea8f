// What pages are made of.

import { ProblemError } from './api.js';
import { append, h, put } from './dom.js';

/** The page's heading, with its buttons beside it. */
export function heading(title, ...beside) {
  document.title = `${title} – Orders console`;
  return h('div', { class: 'heading' }, h('h1', { tabindex: '-1' }, title), h('div', { class: 'actions' }, beside));
}

export function card(title, ...children) {
  return h('section', { class: 'card', 'aria-label': title }, h('h2', null, title), children);
}

/** Pairs of a name and what it is; pairs of null are left out. */
export const facts = pairs => h('dl', { class: 'facts' }, pairs.filter(pair => pair && pair[1] !== null && pair[1] !== undefined && pair[1] !== '')
  .map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))));

export const empty = (...text) => h('p', { class: 'empty' }, text);
export const hint = (...text) => h('p', { class: 'hint' }, text);
export const button = (text, onclick, kind = '', more = {}) => h('button', { type: 'button', class: kind, onclick, ...more }, text);
export const link = (to, ...text) => h('a', { href: `#${to}` }, text);
export const orderLink = orderId => (orderId ? h('a', { href: `#/orders/${orderId}`, class: 'code', title: orderId }, short(orderId)) : '–');

/** Numbers of 26 characters are told apart by their first ten. */
export const short = id => (id && id.length > 14 ? `${id.slice(0, 10)}…` : id ?? '–');

/**
 * A table. Columns: { name, cell: row => node or text, kind: 'num' | 'wide' … }; 'wide' ones are left out on a phone. It scrolls by itself where it is too wide,
 * and can then be reached by keyboard.
 */
export function table(caption, columns, rows, { rowKind } = {}) {
  const kinds = column => column.kind ?? null;
  const body = h('table', null,
    h('caption', { class: 'hidden' }, caption),
    h('thead', null, h('tr', null, columns.map(column => h('th', { scope: 'col', class: kinds(column) }, column.name || h('span', { class: 'hidden' }, column.hidden ?? 'Actions'))))),
    h('tbody', null, rows.map(row => h('tr', { class: rowKind?.(row) ?? null }, columns.map((column, i) =>
      h(i === 0 && column.header !== false ? 'th' : 'td', { scope: i === 0 && column.header !== false ? 'row' : null, class: kinds(column) }, column.cell(row) ?? '–'))))));
  return scrolled(`${caption}, table`, body);
}

/** In a box of its own, which takes the keyboard's focus while it has more than it shows. */
export function scrolled(label, child) {
  const region = h('div', { class: 'scroll' }, child);
  new ResizeObserver(() => {
    const more = region.scrollWidth > region.clientWidth + 1;
    for (const [name, value] of [['tabindex', '0'], ['role', 'region'], ['aria-label', label]]) {
      if (more) region.setAttribute(name, value);
      else region.removeAttribute(name);
    }
  }).observe(region);
  return region;
}

/** A problem, with what can be done about it. */
export function problemBox(failure, again = null) {
  const known = failure instanceof ProblemError ? failure : null;
  if (!known) console.error(failure);
  const problem = known?.problem ?? { title: 'Something went wrong in the console', detail: String(failure?.message ?? failure) };
  return h('div', { class: 'problem', role: 'alert' },
    h('strong', null, problem.title ?? 'It was refused'),
    problem.detail && h('p', null, problem.detail),
    problem.errors && h('ul', null, Object.entries(problem.errors).map(([field, wrong]) => h('li', null, h('code', null, field), ` ${wrong}`))),
    known?.advice && h('p', { class: 'hint' }, known.advice),
    problem.traceId && h('p', { class: 'hint' }, 'Trace ', h('code', null, problem.traceId)),
    again && button('Try again', again));
}

/** A place that is filled when its promise is there: "loading" until then, a problem with "try again" if it fails. */
export function place(load, { signal, label = 'Loading' } = {}) {
  const node = h('div', { class: 'place', 'aria-busy': 'true' }, h('p', { class: 'loading' }, `${label}…`));
  const run = async () => {
    try {
      const content = await load();
      put(node, content);
    } catch (failure) {
      if (signal?.aborted) return;
      put(node, problemBox(failure, () => { put(node, h('p', { class: 'loading' }, `${label}…`)); run(); }));
    }
    node.removeAttribute('aria-busy');
  };
  run();
  node.again = run;
  return node;
}

/**
 * A list that comes in pages: shows the first, and a button for each next one. `read(cursor)` answers { items, nextCursor }, `draw(items)` the rows' node.
 */
export async function paged(read, draw, { none, more = 'Show more' }) {
  const items = [];
  const node = h('div', { class: 'paged' });
  const next = async cursor => {
    const page = await read(cursor);
    items.push(...page.items);
    put(node, items.length ? draw(items) : empty(none));
    if (page.nextCursor) {
      const go = button(more, async () => {
        go.disabled = true;
        try {
          await next(page.nextCursor);
        } catch (failure) {
          go.replaceWith(problemBox(failure));
        }
      }, 'more');
      append(node, go);
    }
  };
  await next(null);
  return node;
}

/** A labelled field. */
export function field(label, control, note = null) {
  control.id ||= `f-${Math.floor(Math.random() * 1e9)}`;
  if (note) control.setAttribute('aria-describedby', `${control.id}-note`);
  return h('div', { class: 'field' }, h('label', { for: control.id }, label), control, note && h('p', { class: 'hint', id: `${control.id}-note` }, note));
}

export const select = (attributes, options) => h('select', attributes, options.map(([value, text]) =>
  h('option', { value, selected: String(attributes?.value ?? '') === String(value) }, text)));

/** Saves text as a file. */
export function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const anchor = h('a', { href: address, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
