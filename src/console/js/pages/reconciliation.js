// Our books against the provider's statement, day by day: what differs, what is proposed, and the decision.

import { call, get, newKey, query } from '../api.js';
import { ask } from '../dialog.js';
import { h, put, toast } from '../dom.js';
import { dayText, money, number, pill, time, words } from '../format.js';
import { now } from '../identity.js';
import { button, card, empty, facts, field, heading, hint, link, orderLink, paged, place, problemBox, select, table } from '../parts.js';

const states = [['', 'All'], ['open', 'Open'], ['applied', 'Applied'], ['approved', 'Approved'], ['dismissed', 'Dismissed'], ['gone', 'Gone']];
const proposals = {
  applyCapture: 'Book the money that came', markRefunded: 'Book the refund that went out', askProvider: 'Ask the provider', refundDuplicate: 'Pay the second capture back', investigate: 'Somebody has to look',
};
const dayOf = milliseconds => new Date(milliseconds).toISOString().slice(0, 10);

export async function show(view, { params, search, signal }) {
  if (params.date) return showDay(view, params.date, search.get('state') ?? '', signal);
  const input = h('input', { type: 'date', name: 'date', required: true, max: dayOf(now()) });
  put(view, heading('Reconciliation'), hint('Each night the provider’s statement of the day before is held against our books.'),
    h('form', { class: 'filters', onsubmit: event => { event.preventDefault(); location.hash = `#/reconciliation/${input.value}`; } }, field('Another day', input), h('button', { type: 'submit' }, 'Open')),
    card('The last days', place(async () => table('The last days', dayColumns, (await get('/api/ops/reconciliations', { signal })).items), { signal })));
}

const openOnes = day => day.counts.filter(count => count.state === 'open').reduce((sum, count) => sum + count.count, 0);
const all = day => day.counts.reduce((sum, count) => sum + count.count, 0);
const sums = list => (list ?? []).map(sum => `${words(sum.kind)} ${money(sum.amount, sum.currency)}`).join(', ') || '–';

const dayColumns = [
  { name: 'Day', cell: day => link(`/reconciliation/${day.date}`, dayText(day.date)) },
  { name: 'Run', cell: day => pill(day.status) },
  { name: 'Open', kind: 'num', cell: day => (openOnes(day) ? h('b', null, number(openOnes(day))) : '0') },
  { name: 'Differences', kind: 'num', cell: day => number(all(day)) },
  { name: 'Ours', kind: 'wide', cell: day => sums(day.ours) },
  { name: 'Theirs', kind: 'wide', cell: day => sums(day.theirs) },
];

async function showDay(view, date, state, signal) {
  const trouble = h('div');
  const body = h('div', { class: 'page' });
  const load = async () => {
    let first = null;
    const list = await paged(async cursor => {
      const page = await get(`/api/ops/reconciliations/${date}${query({ state, limit: 20, cursor })}`, { signal });
      first ??= page;
      return { items: page.differences, nextCursor: page.nextCursor };
    }, items => h('div', null, items.map(one => draw(one, load))), { none: state ? 'None is in this state.' : 'Nothing differs.' });
    put(body, summary(first), card('Differences', filter(date, state), list));
  };
  const rerun = button('Run again', async () => {
    rerun.disabled = true;
    try {
      await call('POST', `/api/ops/reconciliations/${date}`, { key: newKey() });
      toast('The day is compared again; it is shown when you come back or press Refresh.');
      await load();
    } catch (failure) {
      put(trouble, problemBox(failure));
    } finally {
      rerun.disabled = false;
    }
  });
  put(view, h('p', { class: 'hint' }, link('/reconciliation', 'Reconciliation'), ` / ${date}`),
    heading(`Reconciliation of ${dayText(date)}`, button('Refresh', () => load().catch(failure => put(trouble, problemBox(failure)))), rerun), trouble, body);
  await load();
}

function summary(day) {
  return h('div', { class: 'halves' },
    card('The run', facts([['State', pill(day.status)], ['Began', time(day.startedAt)], ['Ended', time(day.completedAt)]]),
      day.counts.length ? table('By class and state', [
        { name: 'Class', cell: count => words(count.class) }, { name: 'State', cell: count => pill(count.state) }, { name: 'Number', kind: 'num', cell: count => number(count.count) },
      ], day.counts) : empty('Nothing differs.')),
    card('Sums', table('Sums of both sides', [
      { name: 'What', cell: row => words(row.kind) },
      { name: 'Ours', kind: 'num', cell: row => (row.ours ? `${number(row.ours.count)} · ${money(row.ours.amount, row.currency)}` : '–') },
      { name: 'Theirs', kind: 'num', cell: row => (row.theirs ? `${number(row.theirs.count)} · ${money(row.theirs.amount, row.currency)}` : '–') },
    ], sides(day))));
}

function sides(day) {
  const rows = new Map();
  for (const side of ['ours', 'theirs']) {
    for (const sum of day[side] ?? []) {
      const name = `${sum.kind} ${sum.currency}`;
      rows.set(name, { kind: sum.kind, currency: sum.currency, ...rows.get(name), [side]: sum });
    }
  }
  return [...rows.values()];
}

function filter(date, state) {
  const choice = select({ name: 'state', value: state, onchange: () => { location.hash = `#/reconciliation/${date}${query({ state: choice.value })}`; } }, states);
  return h('div', { class: 'filters' }, field('State', choice));
}

const side = amount => (amount ? money(amount.amount, amount.currency) : 'nothing');

function draw(one, load) {
  return h('section', { class: 'item', 'aria-label': `${words(one.class)} ${one.reference}` },
    h('div', { class: 'row' }, h('h3', null, one.orderId ? words(one.class) : 'Unknown money'), pill(one.state), h('span', { class: 'hint' }, one.kind, ', ', time(one.at)), one.orderId && orderLink(one.orderId),
      one.state === 'open' && [button('Approve', () => decide(one, 'approve', load), 'small'), button('Dismiss', () => decide(one, 'dismiss', load), 'small')]),
    h('p', null, one.text),
    facts([
      ['Ours', side(one.ours)], ['Theirs', side(one.theirs)], ['Proposed', `${proposals[one.proposal] ?? words(one.proposal)}${one.safe ? ' (done by itself)' : ''}`],
      ['Reference', h('code', null, one.reference)], ['Decided', one.decidedBy && `${one.decidedBy}: ${one.reason}`], ['Outcome', one.outcome],
    ]));
}

async function decide(one, verb, load) {
  const done = await ask({
    title: verb === 'approve' ? 'Approve what is proposed?' : 'Dismiss this difference?',
    text: verb === 'approve' ? (proposals[one.proposal] ?? words(one.proposal)) : 'Nothing is done, and it is not proposed again.',
    preview: async () => facts([['Ours', side(one.ours)], ['Theirs', side(one.theirs)]]),
    fields: [{ name: 'reason', label: 'Reason', kind: 'area', required: true, most: 500 }],
    confirm: verb === 'approve' ? 'Approve' : 'Dismiss', danger: verb === 'dismiss',
    run: (values, key) => call('POST', `/api/ops/reconciliations/${one.date}/differences/${encodeURIComponent(one.differenceId)}/${verb}`, { body: { reason: values.reason }, key }),
    done: verb === 'approve' ? 'Approved.' : 'Dismissed.',
  });
  if (done) await load();
}
