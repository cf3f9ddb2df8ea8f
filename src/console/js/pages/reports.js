// A day's report: read, fetched as a file, made again.

import { call, get, newKey } from '../api.js';
import { h, put, toast } from '../dom.js';
import { clockText, dayText, number, pill, words } from '../format.js';
import { is, now } from '../identity.js';
import { button, card, download, empty, facts, field, heading, hint, link, place, problemBox, table } from '../parts.js';
import { lines } from '../plot.js';
import { sales, tiles, topSkus } from './live.js';

const dayOf = milliseconds => new Date(milliseconds).toISOString().slice(0, 10);

export async function show(view, { params, signal }) {
  const date = params.date ?? dayOf(now() - 86_400_000);
  const day = h('input', { type: 'date', value: date, max: dayOf(now()), required: true });
  const trouble = h('div');
  const body = place(() => report(date, signal), { signal });
  const fetchFile = format => button(`Save ${format.toUpperCase()}`, async () => {
    put(trouble);
    try {
      const answer = await call('GET', `/api/reports/${date}?format=${format}`, { accept: '*/*', signal });
      download(`report-${date}.${format}`, typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body), answer.headers.get('Content-Type'));
    } catch (failure) {
      put(trouble, problemBox(failure));
    }
  });
  const again = button('Make it again', async () => {
    put(trouble);
    try {
      await call('POST', `/api/reports/${date}`, { key: newKey() });
      toast('The report is being made. Open the day again in a moment.');
      setTimeout(() => { if (!signal.aborted) body.again(); }, 1500);
    } catch (failure) {
      put(trouble, problemBox(failure));
    }
  });
  put(view, heading(`Report of ${dayText(date)}`, fetchFile('json'), fetchFile('csv'), is('ops') && again),
    h('form', { class: 'filters', onsubmit: event => { event.preventDefault(); location.hash = `#/reports/${day.value}`; } },
      field('Day', day), h('button', { type: 'submit' }, 'Open'),
      h('div', { class: 'row' }, link(`/reports/${dayOf(Date.parse(date) - 86_400_000)}`, 'The day before'), link(`/reports/${dayOf(Date.parse(date) + 86_400_000)}`, 'The day after'))),
    trouble, body);
}

async function report(date, signal) {
  let made;
  try {
    made = await get(`/api/reports/${date}`, { signal });
  } catch (failure) {
    if (signal.aborted || failure.problem?.status === 401 || !(failure.problem?.status < 500)) throw failure;
    return card('No report', empty(failure.problem.detail ?? failure.problem.title), hint('Reports are made each night for the day before; operations can have one made again.'));
  }
  return h('div', { class: 'page' },
    tiles(made),
    card('By hour', lines('Orders by hour', made.hours, [
      { name: 'Placed', value: hour => hour.placed }, { name: 'Paid', value: hour => hour.paid }, { name: 'Cancelled', value: hour => hour.cancelled }, { name: 'Refunds', value: hour => hour.refunded },
    ], { label: hour => clockText(hour.at) })),
    h('div', { class: 'halves' },
      card('Why orders were cancelled', reasons(made.totals.cancelled)), card('Why money went back', reasons(made.totals.refunds)),
      card('Top SKUs', topSkus(made.topSkus)), made.sales.length > 0 && card('Flash sales', sales(made.sales)),
      card('Stock', stock(made.stock)), card('Reconciliation', reconciliation(made.reconciliation, date)),
      card('Facts', factFiles(made.facts, date, signal))));
}

const reasons = ({ count, ...by }) => {
  const some = Object.entries(by).filter(([, one]) => one > 0);
  return some.length === 0 ? empty('None were.') : table('By reason', [{ name: 'Reason', cell: ([reason]) => words(reason) }, { name: 'Number', kind: 'num', cell: ([, one]) => number(one) }], some);
};

const stock = found => h('div', null, facts([['Proofs', `${number(found.runs)} ran`], ['SKUs', `${number(found.proven)} in the last one`]]),
  found.drifts.length === 0 ? empty('No counter had drifted.') : table('Drifts', [
    { name: 'SKU', cell: drift => drift.sku }, { name: 'Expected', cell: drift => level(drift.expected) }, { name: 'Found', cell: drift => level(drift.found) },
    { name: 'Mended', cell: drift => (drift.repaired ? 'yes' : 'no') },
  ], found.drifts));

const level = one => `${number(one.stock)} / ${number(one.held)} held / ${number(one.sold)} sold`;

const reconciliation = (summary, date) => h('div', null,
  facts([['State', pill(summary.status.charAt(0).toLowerCase() + summary.status.slice(1))], ['Day', is('ops') ? link(`/reconciliation/${date}`, 'Open it') : null]]),
  summary.differences.length === 0 ? empty('Nothing differed.') : table('Differences', [{ name: 'Class', cell: one => words(one.class) }, { name: 'Number', kind: 'num', cell: one => number(one.count) }], summary.differences));

function factFiles(made, date, signal) {
  if (!made.count) return empty('The day has no order facts.');
  return place(async () => {
    const { items } = await get(`/api/reports/${date}/facts`, { signal });
    return h('div', null, hint(`${number(made.lines)} lines of JSON in ${number(made.count)} files, as DuckDB, Spark and Fabric read them.`), table('Files', [
      { name: 'File', cell: file => h('code', null, file.file) }, { name: 'Bytes', kind: 'num', cell: file => number(file.bytes) },
      { name: '', hidden: 'Save', cell: file => button('Save', async () => download(file.file, (await call('GET', `/api/reports/${date}/facts/${encodeURIComponent(file.file)}`, { accept: '*/*' })).body, 'application/x-ndjson'), 'small', { 'aria-label': `Save ${file.file}` }) },
    ], items));
  }, { signal });
}
