// After-sale cases: what happened, what is next and by when, and who can decide.

import { h } from '../dom.js';
import { fromNow, money, number, pill, time, words } from '../format.js';
import { is } from '../identity.js';
import { button, facts, table } from '../parts.js';
import { approveCase, receiveGoods, rejectCase, sendReplacement } from './order-actions.js';

export const cases = page => page.order.afterSales.map(one => drawCase(page, one));

function drawCase(page, one) {
  const { currency } = one;
  return h('section', { class: 'item', 'aria-label': `${words(one.type)} ${one.caseId}` },
    h('div', { class: 'row' }, h('h3', null, words(one.type)), pill(one.status), h('span', { class: 'hint' }, `“${one.reason}”`), buttons(page, one)),
    one.next && h('p', { class: 'note care' }, h('b', null, 'Next: '), one.next, one.by && [' By itself ', time(one.by), ` (${fromNow(one.by)}).`]),
    table('Lines of the case', [
      { name: 'Item', cell: line => line.name },
      { name: 'Units', kind: 'num', cell: line => number(line.quantity) },
      { name: 'Came back', kind: 'num', cell: line => (line.received === null ? '–' : number(line.received)) },
      { name: 'Instead', kind: 'wide', cell: line => line.replacement?.name ?? '–' },
      { name: 'Refund', kind: 'num', cell: line => money(line.refund + line.shipping, currency) },
    ], one.lines),
    facts([
      ['Goes back', one.refundDue ? `${money(one.refundDue, currency)}, of it ${money(one.refunded, currency)} so far` : null],
      ['Difference', one.differenceDue ? `${money(one.differenceDue, currency)}, of it ${money(one.differencePaid, currency)} paid` : null],
      ['Sent back', one.returnShipment && `${one.returnShipment.carrier} ${one.returnShipment.trackingNumber}`],
      ['Replacement', one.replacementShipment && `${one.replacementShipment.carrier} ${one.replacementShipment.trackingNumber}`],
      ['Fell back', one.fellBack ? 'The exchange became a refund' : null],
    ]),
    h('ol', { class: 'steps', 'aria-label': 'Steps' },
      one.steps.map(step => h('li', null, words(step.what), h('span', { class: 'hint' }, ' by ', step.by, ', ', time(step.at), step.note && `: ${step.note}`))),
      one.next && h('li', { class: 'next' }, one.next)));
}

function buttons(page, one) {
  const shown = [];
  const decides = is('merchant', 'support');
  if (one.status === 'InReview' && decides) shown.push(button('Approve', () => approveCase(page, one), 'small'), button('Reject', () => rejectCase(page, one), 'small'));
  if (['AwaitingGoods', 'AwaitingInspection'].includes(one.status) && decides) shown.push(button('Goods came', () => receiveGoods(page, one), 'small'));
  if (one.status === 'AwaitingReplacement' && is('merchant')) shown.push(button('Replacement sent', () => sendReplacement(page, one), 'small'));
  return shown;
}
