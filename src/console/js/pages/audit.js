// Who did what.

import { get, query } from '../api.js';
import { show as showDialog } from '../dialog.js';
import { h, put } from '../dom.js';
import { time, words } from '../format.js';
import { button, card, facts, field, heading, link, orderLink, paged, place, table } from '../parts.js';

export async function show(view, { search, signal }) {
  const asked = { subject: search.get('subject') ?? '', by: search.get('by') ?? '' };
  const input = name => h('input', { type: 'text', name, value: asked[name], autocomplete: 'off' });
  const form = h('form', { class: 'filters', 'aria-label': 'Filters', onsubmit: event => { event.preventDefault(); location.hash = `#/audit${query(Object.fromEntries(new FormData(form)))}`; } },
    field('What it was done to', input('subject')), field('By', input('by')), h('button', { type: 'submit', class: 'primary' }, 'Filter'), (asked.subject || asked.by) && link('/audit', 'Clear'));
  put(view, heading('Audit'), form, card('What staff did', place(() => paged(cursor => get(`/api/ops/audit${query({ ...asked, limit: 50, cursor })}`, { signal }), items => table('What staff did', columns, items), {
    none: 'Nothing was done that is kept here.',
  }), { signal })));
}

const isOrder = subject => /^[a-z2-7]{26}$/.test(subject ?? '');

const columns = [
  { name: 'When', cell: entry => time(entry.at, { long: true }) },
  { name: 'Who', cell: entry => [entry.by, h('small', { class: 'hint' }, ` ${entry.role}`)] },
  { name: 'Did', cell: entry => words(entry.action.replaceAll('.', ' ')) },
  { name: 'To', cell: entry => (isOrder(entry.subject) ? orderLink(entry.subject) : h('code', null, entry.subject)) },
  { name: 'Because', kind: 'wide', cell: entry => entry.reason ?? '–' },
  { name: '', hidden: 'More', cell: entry => button('More', () => more(entry), 'small', { 'aria-label': `More of what ${entry.by} did` }) },
];

async function more(entry) {
  const whole = await get(`/api/ops/audit/${encodeURIComponent(entry.auditId)}`).catch(() => entry);
  showDialog(words(entry.action.replaceAll('.', ' ')),
    facts([['When', time(whole.at, { long: true })], ['Who', `${whole.by} (${whole.role})`], ['To', h('code', null, whole.subject)], ['Because', whole.reason], ...Object.entries(whole.detail ?? {}).map(([name, value]) => [words(name), value])]),
    whole.kept && [h('h3', null, 'What it was before'), h('pre', { tabindex: '0', 'aria-label': 'What it was before' }, whole.kept)]);
}
