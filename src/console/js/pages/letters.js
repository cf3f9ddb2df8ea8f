// Dead letters: messages that their consumers could not take. Filter, see what would come of them, send many back, or do away with them.

import { call, get, query } from '../api.js';
import { ask } from '../dialog.js';
import { h, put } from '../dom.js';
import { number, span } from '../format.js';
import { is, now } from '../identity.js';
import { button, card, empty, field, heading, hint, link, orderLink, paged, place, select, table } from '../parts.js';

const names = ['source', 'type', 'reason', 'orderId', 'olderThan'];
const ages = [['', 'Any age'], ['PT10M', '10 minutes'], ['PT1H', 'an hour'], ['P1D', 'a day'], ['P7D', 'a week']];

export async function show(view, { search, signal }) {
  const asked = Object.fromEntries(names.map(name => [name, search.get(name) ?? '']));
  const filter = Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
  const total = h('span', { class: 'hint' });
  const list = place(async () => paged(async cursor => {
    const page = await get(`/api/ops/dead-letters${query({ ...filter, limit: 25, cursor })}`, { signal });
    total.textContent = `${number(page.total)} in all`;
    return page;
  }, items => table('Dead letters', columns, items), { none: 'No message is dead. All is well.' }), { signal });
  put(view, heading('Dead letters', total, is('ops') && [button('Redrive', () => redrive(filter), 'primary'), button('Purge', () => purge(filter, list), 'warn')]),
    filters(asked), card('Letters', list),
    hint('What was done to them stands in the ', link('/audit', 'audit'), '.'));
}

function filters(asked) {
  const input = name => h('input', { type: 'text', name, value: asked[name], autocomplete: 'off' });
  const form = h('form', {
    class: 'filters', 'aria-label': 'Filters', onsubmit: event => { event.preventDefault(); location.hash = `#/letters${query(Object.fromEntries(new FormData(form)))}`; },
  }, field('Queue or subscription', input('source')), field('Type', input('type')), field('Reason', input('reason')), field('Order', input('orderId')),
  field('Dead for at least', select({ name: 'olderThan', value: asked.olderThan }, ages)), h('button', { type: 'submit', class: 'primary' }, 'Filter'),
  names.some(name => asked[name]) && link('/letters', 'Clear'));
  return form;
}

const columns = [
  { name: 'Letter', cell: letter => link(`/letters/${encodeURIComponent(letter.deadLetterId)}`, letter.type ?? letter.messageId ?? 'Message') },
  { name: 'Where', cell: letter => h('code', null, letter.source) },
  { name: 'Order', cell: letter => (letter.orderId ? [orderLink(letter.orderId), letter.version && h('small', { class: 'hint' }, ` v${letter.version}`)] : '–') },
  { name: 'Because', cell: letter => [letter.reason ?? 'No reason', letter.description && h('small', { class: 'hint under' }, letter.description)] },
  { name: 'Tried', kind: 'num wide', cell: letter => number(letter.deliveryCount) },
  { name: 'Dead for', cell: letter => h('span', { title: letter.deadLetteredAt }, span(Math.max(0, now() - Date.parse(letter.deadLetteredAt)))) },
];

const described = filter => (Object.keys(filter).length === 0 ? 'All dead letters.' : `Those with ${Object.entries(filter).map(([name, value]) => `${name} ${value}`).join(', ')}.`);

const outcomes = [
  { name: 'Where', cell: row => row.source }, { name: 'Matched', kind: 'num', cell: row => number(row.matched) },
  { name: 'Would apply', kind: 'num', cell: row => number(row.wouldApply) }, { name: 'Already applied', kind: 'num', cell: row => number(row.alreadyApplied) },
  { name: 'Unreadable', kind: 'num', cell: row => number(row.unreadable) }, { name: 'No such order', kind: 'num', cell: row => number(row.orderUnknown) },
];

/** What a redrive would take, and what would come of it: asked of the server, without any effect. */
async function dryRun(filter) {
  const plan = (await call('POST', '/api/ops/dead-letters/redrive', { body: { filter, dryRun: true, reason: 'Dry run' } })).body;
  if (!plan.matched) return empty('Nothing matches.');
  const judged = plan.sources.reduce((sum, one) => sum + one.judged, 0);
  return h('div', null, table('What would come of it', outcomes, plan.sources), judged < plan.matched && hint(`The first ${number(judged)} of ${number(plan.matched)} were looked at.`));
}

async function redrive(filter) {
  const started = await ask({
    title: 'Redrive dead letters', wide: true, text: `${described(filter)} They go back to where they were, at the rate you say. What was applied already has no second effect.`,
    fields: [
      { name: 'ratePerSecond', label: 'Messages per second', kind: 'number', min: 1, max: 100, value: 10, required: true },
      { name: 'reason', label: 'Reason', kind: 'area', required: true, most: 500, note: 'It is kept in the audit.' },
    ],
    preview: once(() => dryRun(filter)),
    confirm: 'Redrive',
    run: async (values, key) => (await call('POST', '/api/ops/dead-letters/redrive', { body: { filter, dryRun: false, ratePerSecond: Number(values.ratePerSecond), reason: values.reason }, key })).body,
    done: 'The redrive has begun.',
  });
  if (started?.redriveId) location.hash = `#/redrives/${started.redriveId}`;
}

async function purge(filter, list) {
  const done = await ask({
    title: 'Purge dead letters', text: `${described(filter)} They are gone for good; what they said is kept in the audit for a while.`,
    fields: [{ name: 'reason', label: 'Reason', kind: 'area', required: true, most: 500 }],
    preview: once(async () => {
      const plan = (await call('POST', '/api/ops/dead-letters/purge', { body: { filter, dryRun: true, reason: 'Dry run' } })).body;
      return h('p', { class: 'note care' }, `${number(plan.matched)} would be purged.`);
    }),
    confirm: 'Purge', danger: true,
    run: async (values, key) => (await call('POST', '/api/ops/dead-letters/purge', { body: { filter, dryRun: false, reason: values.reason }, key })).body,
    done: answer => `${number(answer.purged)} purged${answer.left ? `, ${number(answer.left)} are left` : ''}.`,
  });
  if (done) list.again();
}

/** A preview that doesn't depend on what is typed: asked for once. */
function once(load) {
  let answer = null;
  return () => (answer ??= load().catch(failure => { answer = null; throw failure; }));
}
