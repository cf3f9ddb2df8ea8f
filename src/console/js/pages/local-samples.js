// Sample orders, placed the way buyers place them: through the API, with tokens of their own.

import { call, get, newKey } from '../api.js';
import { h, put, toast } from '../dom.js';
import { number } from '../format.js';
import { advance, tokenOf } from '../local.js';
import { card, field, hint, problemBox } from '../parts.js';

const buyers = [
  ['anna', 'Anna Berger', '1 Example Street', 'Berlin', '10115', 'DE'], ['bruno', 'Bruno Castel', '14 rue des Lilas', 'Lyon', '69003', 'FR'],
  ['chen', 'Chen Wei', '8 Harbour Road', 'Rotterdam', '3011 AA', 'NL'], ['dara', 'Dara O’Neill', '27 Quay Lane', 'Galway', 'H91 E4X2', 'IE'],
  ['elif', 'Elif Yilmaz', '5 Garden Row', 'Vienna', '1070', 'AT'], ['femi', 'Femi Adeyemi', '63 Station Road', 'Leeds', 'LS1 4DY', 'GB'],
  ['greta', 'Greta Lindqvist', '9 Björkgatan', 'Uppsala', '753 28', 'SE'], ['hugo', 'Hugo Marques', '112 Rua Nova', 'Porto', '4050-402', 'PT'],
];
const mostAtOnce = 500;

/** The card with its form. */
export function samples(signal, health) {
  const count = h('input', { type: 'number', name: 'count', min: '1', max: String(mostAtOnce), value: '20', required: true });
  const share = (name, value) => h('input', { type: 'number', name, min: '0', max: '100', value, required: true });
  const [paid, shipped] = [share('paid', '75'), share('shipped', '50')];
  const progress = h('progress', { max: '1', value: '0', hidden: true, 'aria-label': 'Sample orders' });
  const told = h('p', { class: 'hint', 'aria-live': 'polite' });
  const go = h('button', { type: 'submit', class: 'primary' }, 'Place them');
  const form = h('form', { class: 'filters', onsubmit: start },
    field('Orders', count), field('Paid, %', paid), field('Of those shipped, %', shipped), go);

  async function start(event) {
    event.preventDefault();
    go.disabled = true;
    progress.hidden = false;
    progress.max = count.value;
    try {
      const done = await place(Number(count.value), Number(paid.value) / 100, Number(shipped.value) / 100, signal, placed => { progress.value = placed; });
      told.textContent = `Placed ${number(done.placed)}, paid ${number(done.paid)}, shipped ${number(done.shipped)}.`;
      toast('The sample orders are there.');
      health.again();
    } catch (failure) {
      if (!signal.aborted) put(told, problemBox(failure));
    } finally {
      go.disabled = false;
      progress.hidden = true;
    }
  }

  return card('Sample orders', hint('Through the API, with tokens of eight buyers and a merchant.'), form, progress, told);
}

async function place(count, paidShare, shippedShare, signal, progressed) {
  const catalogue = (await get('/api/catalogue?limit=50', { as: null, signal })).items;
  const run = newKey();
  const done = { placed: 0, paid: 0, shipped: 0 };
  const toShip = [];
  for (let i = 0; i < count && !signal.aborted; i++) {
    const [sub, name, line1, city, postalCode, country] = buyers[i % buyers.length];
    const as = await tokenOf(sub, 'customer');
    const basket = { lines: linesOf(catalogue, i), shippingAddress: { name, line1, city, postalCode, country } };
    const order = (await call('POST', '/api/orders', { body: basket, key: `${run}-${i}`, as, signal })).body;
    done.placed++;
    progressed(done.placed);
    // Every so-manieth and not by chance: the same numbers give the same shares.
    if (!falls(i, paidShare)) continue;
    const payment = (await call('POST', `/api/orders/${order.orderId}/payments`, { body: {}, key: `${run}-p${i}`, as, signal })).body;
    await call('POST', `/local/payments/${payment.paymentId}/settle`, { body: {}, as: null, signal });
    if (falls(done.paid++, shippedShare)) toShip.push(order.orderId);
  }
  await advance('PT0S');
  const merchant = await tokenOf('mia', 'merchant');
  for (const [i, orderId] of toShip.entries()) {
    await call('POST', `/api/orders/${orderId}/shipments`, { body: { carrier: 'post', trackingNumber: `T-${run.slice(-5)}-${i + 1}` }, key: `${run}-s${i}`, as: merchant, signal });
    done.shipped++;
  }
  await advance('PT0S');
  return done;
}

const falls = (i, share) => Math.floor((i + 1) * share) > Math.floor(i * share);

function linesOf(catalogue, i) {
  const cheap = catalogue.filter(item => item.unitPrice < 5000);
  const from = cheap.length > 0 ? cheap : catalogue;
  const first = from[i % from.length];
  const second = from[(i * 3 + 1) % from.length];
  const lines = [{ sku: first.sku, quantity: 1 + (i % 3) }];
  if (second.sku !== first.sku && i % 2 === 1) lines.push({ sku: second.sku, quantity: 1 });
  return lines;
}
