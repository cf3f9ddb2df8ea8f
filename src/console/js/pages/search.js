// Orders: by words, status, dates, totals, SKU and buyer. What is asked for stands in the address, so it can be kept and sent on.

import { get, query } from '../api.js';
import { h, put, say } from '../dom.js';
import { minorUnits, money, number, pill, time, words } from '../format.js';
import { heading, field, link, paged, place, select, short, table } from '../parts.js';

const statuses = ['PendingPayment', 'Paid', 'PendingShipment', 'Shipped', 'Completed', 'Cancelled', 'AfterSale', 'AfterSaleCompleted'];
const sorts = [['-placedAt', 'Newest first'], ['placedAt', 'Oldest first'], ['-updatedAt', 'Changed last'], ['-total', 'Dearest first'], ['total', 'Cheapest first']];
const names = ['q', 'status', 'from', 'to', 'minTotal', 'maxTotal', 'currency', 'sku', 'userId', 'sort'];

export async function show(view, { search, signal }) {
  const asked = Object.fromEntries(names.map(name => [name, search.get(name) ?? '']));
  document.getElementById('q').value = asked.q;
  put(view, heading('Orders'), folded(asked), place(() => results(asked, signal), { signal, label: 'Searching' }));
}

/** On a phone the filters are out of the way until they are wanted. */
function folded(asked) {
  const set = names.filter(name => name !== 'q' && asked[name]).length;
  return h('details', { class: 'fold', open: set > 0 || innerWidth > 800 }, h('summary', null, set > 0 ? `Filters (${set})` : 'Filters'), filters(asked));
}

const address = values => `/search${query(values)}`;

function filters(asked) {
  const input = (name, type, more = {}) => h('input', { type, name, value: asked[name], ...more });
  const form = h('form', { class: 'filters', 'aria-label': 'Filters', onsubmit: go, onchange: event => { if (event.target.tagName === 'SELECT') go(event); } },
    field('Placed from', input('from', 'date')),
    field('Placed to', input('to', 'date')),
    field('Total from', input('minTotal', 'number', { min: '0', step: '0.01' })),
    field('Total to', input('maxTotal', 'number', { min: '0', step: '0.01' })),
    field('SKU', input('sku', 'text', { autocomplete: 'off' })),
    field('Buyer', input('userId', 'text', { autocomplete: 'off' })),
    field('Order', select({ name: 'sort', value: asked.sort || '-placedAt' }, sorts)),
    h('button', { type: 'submit', class: 'primary' }, 'Search'),
    names.some(name => asked[name]) && link('/search', 'Clear'));
  function go(event) {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form));
    const next = `#${address({ ...asked, ...values, q: document.getElementById('q').value.trim(), sort: values.sort === '-placedAt' ? '' : values.sort })}`;
    if (next === location.hash) dispatchEvent(new HashChangeEvent('hashchange'));
    else location.hash = next;
  }
  return form;
}

async function results(asked, signal) {
  const wanted = {
    ...asked, limit: 25,
    minTotal: asked.minTotal && minorUnits(asked.minTotal, asked.currency || 'EUR'),
    maxTotal: asked.maxTotal && minorUnits(asked.maxTotal, asked.currency || 'EUR'),
  };
  let head = null;
  const list = await paged(async cursor => {
    const page = await get(`/api/search/orders${query({ ...wanted, cursor })}`, { signal });
    head ??= page;
    return page;
  }, items => table('Orders found', columns, items), { none: 'No order is like that. Fewer words or filters find more.' });
  say(`${head.total} orders found`);
  return h('div', { class: 'card' }, chips(asked, head), list);
}

function chips(asked, { counts, total }) {
  const chip = (status, text, count) => h('li', null, h('a', {
    class: 'chip', href: `#${address({ ...asked, status })}`, 'aria-current': asked.status === status ? 'true' : null,
  }, text, h('b', null, number(count))));
  const all = Object.values(counts ?? {}).reduce((sum, one) => sum + one, 0);
  return h('ul', { class: 'chips', 'aria-label': 'By status' },
    chip('', 'All', asked.status ? Math.max(all, total) : total),
    statuses.filter(status => counts?.[status] || asked.status === status).map(status => chip(status, words(status), counts?.[status] ?? 0)));
}

const columns = [
  { name: 'Order', cell: row => h('a', { href: `#/orders/${row.orderId}`, class: 'code', title: row.orderId }, short(row.orderId)) },
  { name: 'Status', cell: row => pill(row.status) },
  { name: 'Buyer', cell: row => [row.name ?? row.userId, row.name && h('small', { class: 'hint' }, ` ${row.userId}`)] },
  { name: 'Where to', kind: 'wide', cell: row => [row.city, row.country].filter(Boolean).join(', ') || '–' },
  { name: 'Items', kind: 'wide', cell: row => row.skus?.slice(0, 3).join(', ') + (row.skus?.length > 3 ? ` and ${row.skus.length - 3} more` : '') },
  { name: 'Total', kind: 'num', cell: row => [money(row.total, row.currency), row.refunded > 0 && h('small', { class: 'hint' }, ` −${money(row.refunded, row.currency)}`)] },
  { name: 'Placed', kind: 'wide', cell: row => time(row.placedAt) },
];
