// Orders that should have moved and didn't: why, and waking them.

import { get, query } from '../api.js';
import { h, put } from '../dom.js';
import { fromNow, pill, time, words } from '../format.js';
import { button, card, heading, hint, orderLink, paged, place, table } from '../parts.js';
import { retryOrder } from './order-actions.js';

export async function show(view, { signal }) {
  const list = place(() => paged(cursor => get(`/api/ops/stuck-orders${query({ limit: 25, cursor })}`, { signal }), items => table('Stuck orders', columns, items), { none: 'No order is stuck.' }), { signal });
  const again = () => list.again();
  const columns = [
    { name: 'Order', cell: row => orderLink(row.orderId) },
    { name: 'Status', cell: row => pill(row.status) },
    { name: 'Since', cell: row => [time(row.since), h('small', { class: 'hint under' }, fromNow(row.since))] },
    { name: 'Why', cell: row => [row.why, h('small', { class: 'hint under' }, words(row.rule))] },
    { name: 'Next', kind: 'wide', cell: row => [row.next, h('small', { class: 'hint under' }, `by ${row.by}`)] },
    { name: '', hidden: 'What can be done', cell: row => button('Retry', () => retryOrder({ orderId: row.orderId, reload: again }), 'small', { 'aria-label': `Retry order ${row.orderId}` }) },
  ];
  put(view, heading('Stuck orders', button('Look again', again)), hint('Orders whose deadline has passed, whose process is gone, whose refund failed, or whose money or messages wait.'), card('Orders', list));
}
