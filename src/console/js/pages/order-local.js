// What only the local host can do to an order: act as its buyer, as the provider, and as time.

import { call, newKey } from '../api.js';
import { h, put, toast } from '../dom.js';
import { button, card, field, hint, problemBox, select } from '../parts.js';
import { advance, tokenOf } from '../local.js';

const ways = [['send', 'with its message'], ['duplicate', 'message sent twice'], ['lose', 'message lost'], ['late', 'ten minutes after the deadline']];

export async function draw(page) {
  const { order } = page;
  const trouble = h('div');
  const run = (done, act) => async () => {
    put(trouble);
    try {
      await act();
      await advance('PT0S');
      toast(done);
      await page.reload();
    } catch (failure) {
      put(trouble, problemBox(failure));
    }
  };
  const asBuyer = async (rest, body) => call('POST', `/api/orders/${order.orderId}${rest}`, { body, key: newKey(), as: await tokenOf(order.userId, 'customer') });
  const acts = [];
  const open = order.payments.filter(payment => ['Open', 'Opening'].includes(payment.status));
  if (order.status === 'PendingPayment' && open.length === 0) acts.push(button('Open a payment', run('A payment is open.', () => asBuyer('/payments', {}))));
  if (order.status === 'Shipped') acts.push(button('Confirm receipt', run('The buyer has it.', () => asBuyer('/receipt'))));
  for (const one of order.afterSales) {
    if (one.status === 'AwaitingGoods' && !one.returnShipment) {
      acts.push(button('Send the goods back', run('The goods are on their way back.', () => asBuyer(`/after-sales/${one.caseId}/return-shipment`, { carrier: 'post', trackingNumber: `R-${one.caseId.slice(-6)}` }))));
    }
  }
  const provider = open.map(payment => settling(payment, run));
  return card('Local host', hint('As the buyer, as the provider, and as time.'),
    acts.length > 0 && h('div', { class: 'row' }, acts), provider,
    h('div', { class: 'row' }, [['PT31M', '31 minutes'], ['P1D', 'a day'], ['P11D', '11 days']].map(([by, name]) =>
      button(`Advance ${name}`, run(`The clock is ${name} on.`, () => advance(by)), 'small'))), trouble);
}

function settling(payment, run) {
  const way = select({}, ways);
  const act = verb => () => call('POST', `/local/payments/${payment.paymentId}/${verb}`, { body: { webhook: way.value }, as: null });
  return h('div', { class: 'row' }, field('The provider settles', way),
    button('Settle', run('The provider has settled.', act('settle')), 'primary'), button('Fail', run('The payment failed.', act('fail'))));
}
