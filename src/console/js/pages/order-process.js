// What an order's orchestrations do and did, and the events that told of it.

import { get, query } from '../api.js';
import { show } from '../dialog.js';
import { h } from '../dom.js';
import { fromNow, pill, time, words } from '../format.js';
import { button, card, empty, facts, paged, table } from '../parts.js';

export const draw = page => (page.tab === 'events' ? events(page) : processes(page));

async function events(page) {
  return card('Published events', await paged(cursor => get(`/api/ops/orders/${page.orderId}/events${query({ limit: 50, cursor })}`, { signal: page.signal }),
    items => table('Published events', columns, [...items].sort((a, b) => a.version - b.version)), { none: 'No event is kept.', more: 'Show earlier ones' }));
}

const columns = [
  { name: 'Version', kind: 'num first', cell: event => String(event.version) },
  { name: 'Type', cell: event => h('code', null, event.type) },
  { name: 'When', cell: event => time(event.at, { long: true }) },
  { name: 'Id', kind: 'wide', cell: event => h('code', null, event.event.id) },
  { name: '', hidden: 'As it was sent', cell: event => button('Show', () => show(event.type, h('pre', { tabindex: '0', role: 'region', 'aria-label': 'The event as it was sent' }, JSON.stringify(event.event, null, 2))), 'small', { 'aria-label': `Show event ${event.version}` }) },
];

async function processes(page) {
  const { processes: all } = await get(`/api/ops/orders/${page.orderId}/process`, { signal: page.signal });
  return h('div', { class: 'page' }, all.length === 0 && empty('It has no process.'), all.map(one => card(one.kind === 'case' ? `Process of case ${one.instanceId}` : 'Process of the order',
    facts([
      ['Instance', h('code', null, one.instanceId)], ['State', one.status === 'none' ? 'There is none (any more)' : pill(one.status)], ['Began', one.createdAt && time(one.createdAt, { long: true })],
      ['Moved', one.updatedAt && time(one.updatedAt, { long: true })], ['Waits for', one.waitsFor], ['Until', one.until && h('span', null, time(one.until, { long: true }), ` (${fromNow(one.until)})`)], ['Failed', one.failure],
    ]),
    one.history && h('details', { open: all.length === 1 }, h('summary', null, `History: ${one.history.length < one.entries ? `the last ${one.history.length} of ${one.entries}` : one.entries} entries`), table('History', [
      { name: 'When', cell: entry => time(entry.at, { long: true }) }, { name: 'Event', cell: entry => words(entry.event) }, { name: 'Of', cell: entry => entry.name ?? '–' },
      { name: 'Went', cell: entry => (entry.ok === null ? '–' : entry.ok ? pill('ok', 'Well') : pill('failed')) }, { name: 'More', kind: 'wide', cell: entry => entry.detail ?? '' },
    ], one.history)))));
}
