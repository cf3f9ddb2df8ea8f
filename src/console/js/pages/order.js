// One order: what it is, what happened, and what can be done about it.

import { call } from '../api.js';
import { every, h, put, say, toast } from '../dom.js';
import { card, facts, heading, link, place } from '../parts.js';
import { fromNow, money, pill, time, words } from '../format.js';
import { is, isLocal } from '../identity.js';
import { timeline } from '../timeline.js';
import { actionsOf } from './order-actions.js';
import { cases } from './order-cases.js';
import { lines, payments, shipments } from './order-lines.js';

const tabs = [['', 'Order'], ['money', 'Money'], ['events', 'Events'], ['process', 'Process']];
const lookEvery = 4000;

export async function show(view, { params, signal }) {
  const { orderId, tab = '' } = params;
  const page = { orderId, tab, signal, order: null, etag: null, reload: null };
  const body = h('div', { class: 'page' });
  put(view, body);
  page.reload = async ({ quietly = false } = {}) => {
    const before = page.order;
    const answer = await call('GET', `/api/orders/${encodeURIComponent(orderId)}`, { signal, etag: quietly ? page.etag : null });
    if (signal.aborted || answer.status === 304) return;
    [page.order, page.etag] = [answer.body, answer.headers.get('ETag')];
    if (before && quietly && before.version === page.order.version) return;
    draw(page, body);
    if (before && before.status !== page.order.status) say(`The order is now ${words(page.order.status)}`);
  };
  await page.reload();
  every(lookEvery, signal, async () => {
    // Never under the hands of somebody who decides about what they see.
    if (document.querySelector('dialog[open]')) return;
    try {
      await page.reload({ quietly: true });
    } catch (failure) {
      if (!signal.aborted && failure.problem?.status !== 401) toast('The order could not be read again; what is shown may be old.', 'bad');
    }
  });
}

function draw(page, body) {
  const { order, tab } = page;
  const allowed = tabs.filter(([name]) => !['events', 'process'].includes(name) || is('support', 'ops'));
  const opened = [...body.querySelectorAll('details[open] > summary')].map(summary => summary.textContent);
  put(body,
    h('p', { class: 'hint' }, link('/search', 'Orders'), ' / ', h('span', { class: 'code' }, order.orderId)),
    heading(`Order ${order.orderId.slice(0, 10)}…`, actionsOf(page)),
    h('div', { class: 'row' }, pill(order.status), summary(order)),
    h('nav', { class: 'tabs', 'aria-label': 'Parts of the order' }, allowed.map(([name, title]) =>
      h('a', { href: `#/orders/${order.orderId}${name && `/${name}`}`, 'aria-current': name === tab ? 'page' : null }, title))),
    content(page));
  for (const summaryText of opened) [...body.querySelectorAll('details > summary')].find(one => one.textContent === summaryText)?.parentElement.setAttribute('open', '');
}

function summary(order) {
  const { total, paid, refunded } = order.totals;
  const parts = [`${money(total, order.currency)} in all`];
  if (paid) parts.push(`${money(paid, order.currency)} paid`);
  if (refunded) parts.push(`${money(refunded, order.currency)} refunded`);
  if (order.status === 'PendingPayment') parts.push(`to be paid ${fromNow(order.payBy)}`);
  return h('span', null, parts.join(' · '));
}

function content(page) {
  switch (page.tab) {
    case 'money': return lazy(page, './order-money.js');
    case 'events':
    case 'process': return lazy(page, './order-process.js');
    default: return overview(page);
  }
}

const lazy = (page, module) => place(async () => (await import(module)).draw(page), { signal: page.signal });

function overview(page) {
  const { order } = page;
  return h('div', { class: 'page' },
    card('Life of the order', timeline(order)),
    h('div', { class: 'columns' },
      h('div', null,
        card('Lines', lines(order)),
        order.afterSales.length > 0 && card('Cases', cases(page)),
        order.shipments.length > 0 && card('Parcels', shipments(page)),
        order.payments.length > 0 && card('Payments', payments(page))),
      h('div', null, buyer(order), isLocal() && place(async () => (await import('./order-local.js')).draw(page), { signal: page.signal }))));
}

function buyer(order) {
  const to = order.shippingAddress;
  return card('Buyer and address', facts([
    ['Buyer', link(`/search?userId=${encodeURIComponent(order.userId)}`, order.userId)],
    ['Name', to?.name],
    ['Address', to && [to.line1, to.line2, `${to.postalCode} ${to.city}`, to.region, to.country].filter(Boolean).flatMap((line, i) => (i ? [h('br'), line] : [line]))],
    ['Note', order.note],
    ['Coupon', order.couponCode],
    ['Placed', time(order.placedAt)],
    ['Pay by', time(order.payBy)],
    ['Changed', time(order.updatedAt)],
    ['Version', String(order.version)],
  ]));
}

