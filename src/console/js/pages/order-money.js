// Where the money of an order is: sums, one sentence that explains them, and every trace it left.

import { get } from '../api.js';
import { h } from '../dom.js';
import { money, pill, time, words } from '../format.js';
import { card, table } from '../parts.js';

export async function draw(page) {
  const shown = await get(`/api/orders/${page.orderId}/money`, { signal: page.signal });
  const missing = shown.sums.some(sum => sum.owed > 0 || sum.pending > 0);
  return h('div', { class: 'page' },
    h('p', { class: missing ? 'note care' : 'note' }, shown.explanation),
    card('Sums', table('Sums by currency', [
      { name: 'Currency', cell: sum => sum.currency },
      { name: 'Captured', kind: 'num', cell: sum => money(sum.captured, sum.currency) },
      { name: 'Refunded', kind: 'num', cell: sum => money(sum.refunded, sum.currency) },
      { name: 'Under way', kind: 'num', cell: sum => money(sum.pending, sum.currency) },
      { name: 'Owed', kind: 'num', cell: sum => money(sum.owed, sum.currency) },
      { name: 'Kept', kind: 'num', cell: sum => money(sum.kept, sum.currency) },
    ], shown.sums)),
    card('Every trace', table('Every trace of the money', [
      { name: 'When', cell: entry => time(entry.at, { long: true }) },
      { name: 'What', cell: entry => words(entry.kind) },
      { name: 'In words', cell: entry => entry.text },
      { name: 'Amount', kind: 'num', cell: entry => (entry.currency ? money(entry.amount, entry.currency) : '–') },
      { name: 'Stands', cell: entry => (entry.state ? pill(entry.state) : '–') },
      { name: 'Reference', kind: 'wide', cell: entry => entry.reference && h('code', null, entry.reference) },
    ], shown.entries)));
}
