// What staff can do to an order. Each asks first, is made for the version that was seen, and has a key: sent twice it happens once.

import { call } from '../api.js';
import { ask, show } from '../dialog.js';
import { h } from '../dom.js';
import { money, words } from '../format.js';
import { is } from '../identity.js';
import { button, facts, table } from '../parts.js';
import { openCase } from './order-refund.js';

/** The buttons of an order's head. Roles decide what is shown; the server what is done. */
export function actionsOf(page) {
  const { order } = page;
  const shown = [];
  const paid = ['Paid', 'PendingShipment', 'Shipped', 'Completed', 'AfterSale'].includes(order.status);
  if (order.status === 'PendingPayment') shown.push(button('Cancel order', () => cancel(page), 'warn'));
  if (is('merchant') && ['PendingShipment', 'AfterSale'].includes(order.status) && order.lines.some(line => openUnits(line) > 0)) shown.push(button('Ship', () => ship(page), 'primary'));
  if (paid && is('merchant', 'support')) shown.push(button('Refund or return', () => openCase(page)));
  if (is('support', 'ops')) shown.push(button('Retry order', () => retryOrder(page)));
  return shown;
}

export const openUnits = line => line.quantity - line.shippedQuantity;

const path = (page, rest) => `/api/orders/${page.orderId}${rest}`;

/** One request about the order as it was seen. Whatever comes of it, the order is read again. */
export function act(page, rest, body, key, { conditional = true } = {}) {
  return call('POST', path(page, rest), { body, key, version: conditional ? page.order.version : null }).then(async answer => {
    await page.reload();
    return answer.body || true;
  });
}

/** Somebody was faster: what is behind the dialog is drawn anew, so that the next try is about what is there now. */
const freshen = page => failure => { if (['version-mismatch', 'illegal-in-state', 'illegal-in-case', 'not-cancellable'].includes(failure.kind)) page.reload(); };

const reason = { name: 'reason', label: 'Reason', kind: 'area', required: true, most: 500, note: 'The buyer reads it.' };

function cancel(page) {
  const { order } = page;
  return ask({
    title: 'Cancel this order?',
    text: 'Open payments are called off first. If the money was faster, the order stays paid and this is refused.',
    fields: [reason],
    preview: async () => facts([['Order', `${order.lines.length} lines, ${money(order.totals.total, order.currency)}`], ['Stock', 'Goes back to the shelf at once']]),
    confirm: 'Cancel the order', danger: true,
    run: (values, key) => act(page, '/cancel', { reason: values.reason }, key),
    done: 'The order is cancelled.', onProblem: freshen(page),
  });
}

function ship(page) {
  const { order } = page;
  const open = order.lines.filter(line => openUnits(line) > 0);
  return ask({
    title: 'Ship',
    text: 'Lines that are not named in full stay open for another parcel.',
    fields: [
      { name: 'carrier', label: 'Carrier', required: true, most: 50, value: 'post' },
      { name: 'trackingNumber', label: 'Tracking number', required: true, most: 100 },
      ...open.map(line => ({ name: `line-${line.lineId}`, label: `${line.name}: units of ${openUnits(line)}`, kind: 'number', min: 0, max: openUnits(line), value: openUnits(line) })),
    ],
    confirm: 'Ship', run: (values, key) => {
      const lines = open.map(line => ({ lineId: line.lineId, quantity: Number(values[`line-${line.lineId}`]) })).filter(line => line.quantity > 0);
      return act(page, '/shipments', { carrier: values.carrier, trackingNumber: values.trackingNumber, lines }, key);
    },
    done: 'The parcel is on its way.', onProblem: freshen(page),
  });
}

export const reportParcel = (page, parcel) => ask({
  title: `Report on ${parcel.carrier} ${parcel.trackingNumber}`,
  fields: [
    { name: 'status', label: 'What happened', kind: 'select', options: [['in-transit', 'In transit'], ['out-for-delivery', 'Out for delivery'], ['delivered', 'Delivered'], ['failed-attempt', 'Nobody was there'], ['returned', 'Returned']] },
    { name: 'location', label: 'Where', most: 100 },
  ],
  confirm: 'Report', run: (values, key) => act(page, `/shipments/${parcel.shipmentId}/events`, { status: values.status, at: new Date().toISOString(), location: values.location || null }, key),
  done: 'The parcel has the event.', onProblem: freshen(page),
});

export const approveCase = (page, one) => ask({
  title: `Approve this ${words(one.type).toLowerCase()}?`,
  text: one.type.toLowerCase() === 'refund' ? 'The money goes back at once.' : 'The buyer is asked to send the goods back.',
  preview: async () => facts([['Goes back', money(one.refundDue, one.currency)], ['Lines', one.lines.map(line => `${line.quantity} × ${line.name}`).join(', ')]]),
  confirm: 'Approve', run: (_, key) => act(page, `/after-sales/${one.caseId}/approve`, undefined, key), done: 'The case is approved.', onProblem: freshen(page),
});

export const rejectCase = (page, one) => ask({
  title: `Reject this ${words(one.type).toLowerCase()}?`, fields: [reason], confirm: 'Reject', danger: true,
  run: (values, key) => act(page, `/after-sales/${one.caseId}/reject`, { reason: values.reason }, key), done: 'The case is rejected.', onProblem: freshen(page),
});

export const receiveGoods = (page, one) => ask({
  title: 'What came back?',
  text: 'Units that are not accepted stay the buyer’s. Those that are written off are paid back, but not sold again.',
  fields: one.lines.flatMap(line => [
    { name: `accepted-${line.lineId}`, label: `${line.name}: accepted of ${line.quantity}`, kind: 'number', min: 0, max: line.quantity, value: line.quantity },
    { name: `off-${line.lineId}`, label: `${line.name}: of those written off`, kind: 'number', min: 0, max: line.quantity, value: 0 },
  ]),
  preview: async () => table('What the case is worth', [
    { name: 'Item', cell: line => line.name },
    { name: 'When all units are accepted', kind: 'num', cell: line => money(line.refund + line.shipping, one.currency) },
  ], one.lines),
  confirm: 'Take them in', run: (values, key) => act(page, `/after-sales/${one.caseId}/receive`, {
    lines: one.lines.map(line => ({ lineId: line.lineId, accepted: Number(values[`accepted-${line.lineId}`]), writtenOff: Number(values[`off-${line.lineId}`]) })),
  }, key),
  done: 'The goods are in.', onProblem: freshen(page),
});

export const sendReplacement = (page, one) => ask({
  title: 'Replacement sent',
  fields: [{ name: 'carrier', label: 'Carrier', required: true, most: 50, value: 'post' }, { name: 'trackingNumber', label: 'Tracking number', required: true, most: 100 }],
  confirm: 'It is on its way', run: (values, key) => act(page, `/after-sales/${one.caseId}/replacement`, values, key), done: 'The replacement is on its way.', onProblem: freshen(page),
});

export const retryRefund = (page, refund) => ask({
  title: 'Send this refund again?', text: 'The provider refused it. A new one is sent in its place; the old one can’t succeed any more.',
  preview: async () => facts([['Amount', money(refund.amount, page.order.currency)], ['Because', words(refund.reason)]]),
  confirm: 'Send it again', run: (_, key) => act(page, `/refunds/${refund.refundId}/retry`, undefined, key), done: 'The refund is sent again.', onProblem: freshen(page),
});

export const settleRefund = (page, refund) => ask({
  title: 'Paid back outside the provider?', text: 'Say how it can be found again. The case goes on as if the refund had succeeded.',
  fields: [{ name: 'reference', label: 'Reference', required: true, most: 100, note: 'Such as the number of a bank transfer.' }, { name: 'note', label: 'Note for colleagues', kind: 'area', most: 500 }],
  preview: async () => facts([['Amount', money(refund.amount, page.order.currency)]]),
  confirm: 'It is paid back', run: (values, key) => act(page, `/refunds/${refund.refundId}/settle`, { reference: values.reference, note: values.note || null }, key),
  done: 'The refund is settled.', onProblem: freshen(page),
});

/** Wakes what should have moved, and shows what that did. */
export async function retryOrder(page) {
  const answer = await ask({
    title: 'Retry this order?',
    text: 'Its process and its cases are started or woken, events that wait are sent, and the provider is asked for its payments. Nothing is done twice.',
    confirm: 'Retry',
    run: async (_, key) => (await call('POST', `/api/ops/orders/${page.orderId}/retry`, { key })).body,
  });
  if (!answer) return;
  await page.reload();
  show('What the retry did', answer.did.length > 0 ? h('ul', null, answer.did.map(one => h('li', null, one.words))) : h('p', null, 'Nothing was left to do.'));
}
