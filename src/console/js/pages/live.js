// The live board: what happens in the shop, as it happens.

import { get, query, stream } from '../api.js';
import { h, put } from '../dom.js';
import { briefMoney, clockText, dayText, money, number, percent, span, timeText } from '../format.js';
import { card, empty, heading, link, problemBox } from '../parts.js';
import { bars, lines, rows } from '../plot.js';

const windows = [['PT1H', 'minute', 'Last hour'], ['P1D', 'hour', 'Last day'], ['P7D', 'hour', 'Last week'], ['P30D', 'day', 'Last 30 days'], ['P365D', 'day', 'Last year']];
const tryAgainAfter = 3000;

export async function show(view, { search, signal }) {
  const [window, bucket] = windows.find(([name]) => name === search.get('window')) ?? windows[0];
  const sku = search.get('sku') ?? '';
  const state = h('span', { class: 'hint', role: 'status' }, 'Connecting…');
  const board = h('div', { class: 'page' });
  put(view, heading('Live board', state),
    h('ul', { class: 'chips', 'aria-label': 'Window' }, windows.map(([name, , title]) => h('li', null,
      h('a', { class: 'chip', href: `#/live${query({ window: name, sku })}`, 'aria-current': name === window ? 'true' : null }, title)))),
    sku && h('p', { class: 'hint' }, 'Of the SKU ', h('b', null, sku), ' alone. ', link(`/live${query({ window })}`, 'Show all')), board);
  const asked = query({ window, bucket, sku });
  put(board, draw(await get(`/api/stats/live${asked}`, { signal }), bucket));
  follow(asked, bucket, board, state, signal);
}

async function follow(asked, bucket, board, state, signal) {
  while (!signal.aborted) {
    try {
      for await (const { data } of stream(`/api/stats/live/stream${asked}`, signal)) {
        state.textContent = 'Live';
        // What somebody has opened stays open, and where the keyboard stands it stays.
        const opened = [...board.querySelectorAll('details[open] > summary')].map(one => one.textContent);
        if (board.contains(document.activeElement)) continue;
        put(board, draw(data, bucket));
        for (const one of board.querySelectorAll('details > summary')) if (opened.includes(one.textContent)) one.parentElement.open = true;
      }
    } catch (failure) {
      if (signal.aborted) return;
      if (failure.problem && failure.problem.status < 500 && failure.problem.status !== 429) return put(state, problemBox(failure));
    }
    state.textContent = 'Interrupted; trying again…';
    await new Promise(resolve => setTimeout(resolve, tryAgainAfter));
  }
}

export function draw(stats, bucket) {
  const label = point => (bucket === 'minute' ? clockText(point.at) : bucket === 'hour' ? timeText(point.at) : dayText(point.at));
  const currencies = Object.keys(stats.totals.money);
  return h('div', { class: 'page' },
    tiles(stats),
    card('Orders', lines('Orders over time', stats.series, [
      { name: 'Placed', value: point => point.placed }, { name: 'Paid', value: point => point.paid },
      { name: 'Cancelled', value: point => point.cancelled }, { name: 'Refunds', value: point => point.refunded },
    ], { label })),
    currencies.map(currency => card(`Money in ${currency}`, bars(`Net in ${currency}`, stats.series, point => point.money[currency]?.net ?? 0, { label, write: amount => money(amount, currency), brief: amount => briefMoney(amount, currency) }))),
    h('div', { class: 'halves' }, card('Top SKUs', topSkus(stats.topSkus)), stats.sales.length > 0 && card('Flash sales', sales(stats.sales))));
}

const seconds = value => (value === null ? '–' : span(value * 1000));
const times = percentiles => [seconds(percentiles.p50), h('small', null, `90 % ${seconds(percentiles.p90)} · 99 % ${seconds(percentiles.p99)}`)];

export function tiles({ totals, conversion, timeToPay, timeToShip, lagSeconds }) {
  const tile = (name, value, small = null) => h('div', { class: 'tile' }, h('dt', null, name), h('dd', null, value, small && h('small', null, small)));
  return h('dl', { class: 'tiles' },
    tile('Placed', number(totals.placed), `${number(totals.units.placed)} units`), tile('Paid', number(totals.paid), `${number(totals.units.paid)} units`),
    tile('Shipped', number(totals.shipped), `${number(totals.completed)} completed`),
    tile('Cancelled', number(totals.cancelled.count), `${number(totals.cancelled.paymentDeadline)} not paid in time`),
    tile('Refunds', number(totals.refunds.count), `${number(totals.refunds.afterSale)} after sale`),
    Object.entries(totals.money).map(([currency, flow]) => tile(`Net, ${currency}`, money(flow.net, currency), `${money(flow.captured, currency)} in · ${money(flow.refunded, currency)} back`)),
    tile('Conversion', percent(conversion.rate), `${number(conversion.paid)} of ${number(conversion.placed)} placed`),
    tile('Time to pay', times(timeToPay)), tile('Time to ship', times(timeToShip)),
    lagSeconds !== undefined && tile('Lag', lagSeconds === null ? '–' : `${lagSeconds.toFixed(1)} s`, 'of the last event'));
}

export const topSkus = skus => (skus.length === 0 ? empty('Nothing was paid in this time.') : rows('Units', skus, {
  name: sku => link(`/search${query({ sku: sku.sku })}`, sku.sku), value: sku => sku.units,
  more: [{ name: 'Worth', kind: 'num', cell: sku => Object.entries(sku.money).map(([currency, amount]) => money(amount, currency)).join(', ') }],
}));

export const sales = list => (list.length === 0 ? empty('No flash sale had orders in this time.') : rows('Placed', list, {
  name: sale => link('/sales', sale.saleId), value: sale => sale.placed,
  more: [{ name: 'Paid', kind: 'num', cell: sale => number(sale.paid) }, { name: 'Cancelled', kind: 'num', cell: sale => number(sale.cancelled) }],
}));
