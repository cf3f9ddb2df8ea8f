// What was ordered, what is on its way, and what was paid.

import { h } from '../dom.js';
import { money, number, pill, time, words } from '../format.js';
import { is } from '../identity.js';
import { button, table } from '../parts.js';
import { reportParcel, retryRefund, settleRefund } from './order-actions.js';

export function lines(order) {
  const { currency, totals } = order;
  const sum = (name, amount) => h('div', null, h('dt', null, name), h('dd', { class: 'num' }, money(amount, currency)));
  return h('div', null,
    table('Lines of the order', [
      { name: 'Item', cell: line => [line.name, h('small', { class: 'hint code under' }, line.sku)] },
      { name: 'Units', kind: 'num', cell: line => number(line.quantity) },
      { name: 'Shipped', kind: 'num', cell: line => number(line.shippedQuantity) },
      { name: 'Back', kind: 'num wide', cell: line => number(line.returnedQuantity) },
      { name: 'Each', kind: 'num wide', cell: line => money(line.unitPrice, currency) },
      { name: 'Discount', kind: 'num wide', cell: line => (line.discount ? `−${money(line.discount, currency)}` : '–') },
      { name: 'Total', kind: 'num', cell: line => money(line.total, currency) },
      { name: 'Refunded', kind: 'num wide', cell: line => (line.refunded ? money(line.refunded, currency) : '–') },
    ], order.lines),
    h('dl', { class: 'sums' },
      sum('Items', totals.items), totals.discount > 0 && sum('Discount', -totals.discount), totals.shipping > 0 && sum('Shipping', totals.shipping),
      sum('Total', totals.total), sum('Paid', totals.paid), totals.refunded > 0 && sum('Refunded', totals.refunded)));
}

export function shipments(page) {
  return page.order.shipments.map(parcel => h('section', { class: 'item', 'aria-label': `Parcel ${parcel.trackingNumber}` },
    h('div', { class: 'row' }, h('h3', null, `${parcel.carrier} `, h('span', { class: 'code' }, parcel.trackingNumber)), h('span', { class: 'hint' }, 'sent ', time(parcel.shippedAt)),
      is('merchant') && button('Report an event', () => reportParcel(page, parcel), 'small')),
    h('p', { class: 'hint' }, parcel.lines.map(line => `${line.quantity} × ${line.sku}`).join(', ')),
    parcel.events.length > 0 && h('ol', { class: 'steps' }, parcel.events.map(event => h('li', null, words(event.status), event.location && ` in ${event.location}`, ' ', h('span', { class: 'hint' }, time(event.at)))))));
}

export function payments(page) {
  const { order } = page;
  return order.payments.map(payment => h('section', { class: 'item', 'aria-label': `Payment ${payment.paymentId}` },
    h('div', { class: 'row' }, h('h3', null, money(payment.amount, payment.currency)), pill(payment.status), h('span', { class: 'hint' }, payment.provider, ', opened ', time(payment.openedAt)),
      payment.forCase && h('span', { class: 'hint' }, 'for the difference of a case')),
    payment.captured && h('p', { class: 'hint' }, `${money(payment.captured.amount, payment.captured.currency)} came `, time(payment.capturedAt)),
    payment.refunds.length > 0 && table('Refunds of this payment', [
      { name: 'Refund', cell: refund => money(refund.amount, payment.captured?.currency ?? payment.currency) },
      { name: 'Because', cell: refund => words(refund.reason) },
      { name: 'Stands', cell: refund => standing(refund) },
      { name: 'Asked for', kind: 'wide', cell: refund => time(refund.requestedAt) },
      { name: '', hidden: 'What can be done', cell: refund => h('div', { class: 'row' }, refundButtons(page, refund)) },
    ], payment.refunds)));
}

function standing(refund) {
  if (refund.settledOutside) return [pill('Succeeded', 'Paid back outside'), h('small', { class: 'hint' }, ` ${refund.settledOutside}`)];
  return [pill(refund.status), refund.retriedBy && h('small', { class: 'hint' }, ' sent again')];
}

function refundButtons(page, refund) {
  const open = refund.status === 'Failed' && !refund.retriedBy && !refund.settledOutside;
  return open && is('support', 'ops')
    ? [button('Retry', () => retryRefund(page, refund), 'small'), button('Settled outside', () => settleRefund(page, refund), 'small')]
    : '';
}
