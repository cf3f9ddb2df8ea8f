// Flash sales: what is left, held and sold of each, as it changes.

import { call, get, query } from '../api.js';
import { ask } from '../dialog.js';
import { every, h, put, s } from '../dom.js';
import { fromNow, number, percent, pill, time } from '../format.js';
import { is, now } from '../identity.js';
import { button, card, heading, hint, paged, place } from '../parts.js';

const lookEvery = 3000;

export async function show(view, { signal }) {
  const list = place(() => paged(cursor => get(`/api/flash-sales${query({ limit: 20, cursor })}`, { signal }), items => h('div', { class: 'page' }, order(items).map(draw)), {
    none: 'There is no flash sale yet.', more: 'Show more sales',
  }), { signal });
  put(view, heading('Flash sales', is('merchant', 'ops') && button('New sale', () => edit(null, list), 'primary')),
    hint('Held units belong to orders that are not paid yet and to tickets in the queue. Looked at every few seconds.'), list);
  view.addEventListener('click', event => {
    const sale = event.target.closest?.('[data-sale]');
    if (sale) edit(JSON.parse(sale.dataset.sale), list);
  });
  every(lookEvery, signal, () => { if (!document.querySelector('dialog[open]') && !list.contains(document.activeElement)) list.again(); });
}

const rank = { running: 0, soldOut: 1, upcoming: 2, ended: 3 };
const order = items => [...items].sort((a, b) => rank[a.status] - rank[b.status] || Date.parse(b.startsAt) - Date.parse(a.startsAt));

function draw(sale) {
  const change = is('merchant', 'ops') && sale.status !== 'ended' && button('Change', null, 'small', { 'data-sale': JSON.stringify(sale), 'aria-label': `Change the sale ${sale.saleId}` });
  return card(sale.saleId,
    h('div', { class: 'row' }, pill(sale.status), h('span', { class: 'hint' }, when(sale)), h('span', { class: 'hint' }, `${sale.skus.join(', ')} · ${sale.perUser} per buyer${sale.difficulty ? ` · proof of ${sale.difficulty} bits` : ''}`), change),
    sale.left === null ? hint('Its counters are forgotten, as those of old sales are.') : units(sale));
}

function when(sale) {
  if (sale.status === 'upcoming') return ['starts ', time(sale.startsAt), ` (${fromNow(sale.startsAt)})`];
  return sale.status === 'ended' || Date.parse(sale.endsAt) < now() ? ['ended ', time(sale.endsAt)] : ['ends ', time(sale.endsAt), ` (${fromNow(sale.endsAt)})`];
}

function units(sale) {
  const parts = [['Sold', sale.sold, 'f2'], ['Held', sale.held, 'f3'], ['Left', sale.left, 'rest']];
  let from = 0;
  const bars = parts.map(([, count, kind]) => {
    const width = (count / sale.quantity) * 100;
    const bar = s('rect', { class: kind, x: `${from}%`, y: 0, width: `${width}%`, height: 14 });
    from += width;
    return bar;
  });
  const text = parts.map(([name, count]) => `${name.toLowerCase()} ${number(count)}`).join(', ');
  return h('div', null,
    s('svg', { class: 'picture units', role: 'img', 'aria-label': `Of ${number(sale.quantity)} units: ${text}.`, width: '100%', height: 14 }, bars),
    h('dl', { class: 'tiles' }, parts.map(([name, count]) => h('div', { class: 'tile' }, h('dt', null, name), h('dd', null, number(count), h('small', null, `${percent(count / sale.quantity)} of ${number(sale.quantity)}`))))));
}

async function edit(sale, list) {
  const done = await ask({
    title: sale ? `Change ${sale.saleId}` : 'New flash sale',
    text: sale?.status === 'running' ? 'While it runs its SKUs and its start stay, and its units can’t be fewer than are taken.' : null,
    fields: [
      !sale && { name: 'saleId', label: 'Name', required: true, most: 64, note: 'Letters, digits, _ and -' },
      { name: 'skus', label: 'SKUs', required: true, value: sale?.skus.join(', '), note: 'With commas between' },
      { name: 'quantity', label: 'Units in all', kind: 'number', min: 1, required: true, value: sale?.quantity ?? 100 },
      { name: 'perUser', label: 'Units per buyer', kind: 'number', min: 1, required: true, value: sale?.perUser ?? 1 },
      { name: 'startsAt', label: 'Starts (UTC)', required: true, value: sale?.startsAt ?? new Date(now()).toISOString() },
      { name: 'endsAt', label: 'Ends (UTC)', required: true, value: sale?.endsAt ?? new Date(now() + 86_400_000).toISOString() },
    ].filter(Boolean),
    confirm: sale ? 'Change it' : 'Set it up',
    run: (values, key) => call('PUT', `/api/flash-sales/${encodeURIComponent(sale?.saleId ?? values.saleId)}`, {
      key, body: { skus: values.skus.split(',').map(sku => sku.trim()).filter(Boolean), quantity: Number(values.quantity), perUser: Number(values.perUser), startsAt: values.startsAt, endsAt: values.endsAt },
    }),
    done: 'The sale is set.',
  });
  if (done) list.again();
}
