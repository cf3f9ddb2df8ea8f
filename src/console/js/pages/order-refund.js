// Opening an after-sale case: what is wanted, per line, with the amounts that the server would give, before anything is done.

import { call } from '../api.js';
import { ask } from '../dialog.js';
import { h } from '../dom.js';
import { money, number } from '../format.js';
import { empty, table } from '../parts.js';
import { act } from './order-actions.js';

const kinds = [['refund', 'Refund: money back, the goods stay'], ['return', 'Return: goods back, then the money'], ['exchange', 'Exchange: goods back, then others']];

export async function openCase(page) {
  const all = await preview(page, {});
  const left = all.lines.filter(line => line.unitsLeft > 0);
  return ask({
    title: 'Refund or return',
    text: left.length > 0 ? `At most ${money(all.maximumRefundable, all.currency)} can go back.` : 'Nothing is left that a case could be about.',
    fields: [
      { name: 'type', label: 'What', kind: 'select', options: kinds },
      ...left.map(line => ({ name: `line-${line.lineId}`, label: `${line.name}: units of ${line.unitsLeft}`, kind: 'number', min: 0, max: line.unitsLeft, value: left.length === 1 ? line.unitsLeft : 0 })),
      { name: 'reason', label: 'Reason', kind: 'area', required: true, most: 500, note: 'The buyer reads it.' },
    ],
    preview: (values, signal) => shown(page, wanted(left, values), signal),
    confirm: 'Open the case',
    run: (values, key) => act(page, '/after-sales', { ...wanted(left, values), reason: values.reason }, key),
    done: 'The case is open.',
    onProblem: failure => { if (failure.kind === 'version-mismatch') page.reload(); },
  });
}

function wanted(left, values) {
  const lines = left.map(line => ({ lineId: line.lineId, quantity: Number(values[`line-${line.lineId}`]) })).filter(line => line.quantity > 0);
  return { type: values.type, lines };
}

const preview = async (page, body, signal) => (await call('POST', `/api/orders/${page.orderId}/after-sales/preview`, { body, signal })).body;

async function shown(page, body, signal) {
  if (body.lines.length === 0) return stop('Say how many units it is about.');
  const { wanted: answer, currency } = await preview(page, body, signal);
  return h('div', null, table('What goes back', [
    { name: 'Item', cell: line => line.name },
    { name: 'Units', kind: 'num', cell: line => number(line.quantity) },
    { name: 'Paid for them', kind: 'num', cell: line => money(line.amount, currency) },
    { name: 'Shipping', kind: 'num', cell: line => money(line.shipping, currency) },
    { name: 'Goes back', kind: 'num', cell: line => money(line.refund + line.shipping, currency) },
  ], answer.lines), h('p', { class: 'total' }, 'Goes back in all: ', h('b', null, money(answer.refund, currency)),
  answer.difference > 0 && ` · the buyer pays ${money(answer.difference, currency)} more`));
}

/** Words instead of a preview; the button waits. */
function stop(text) {
  const node = empty(text);
  node.dataset.stop = '';
  return node;
}
