// One dead letter: what it says, what the order is now, what would come of it, and sending it again, perhaps mended.

import { call, get } from '../api.js';
import { ask } from '../dialog.js';
import { h, put } from '../dom.js';
import { money, number, pill, time } from '../format.js';
import { is } from '../identity.js';
import { button, card, empty, facts, heading, link, orderLink } from '../parts.js';

export async function show(view, { params, signal }) {
  const path = `/api/ops/dead-letters/${encodeURIComponent(params.letterId)}`;
  const letter = await get(path, { signal });
  put(view, h('p', { class: 'hint' }, link('/letters', 'Dead letters'), ' / ', h('span', { class: 'code' }, letter.deadLetterId)),
    heading(letter.type ?? 'Message', is('ops') && [button('Send again', () => resubmit(path, letter, false), 'primary'), button('Mend and send', () => resubmit(path, letter, true))]),
    h('div', { class: 'note care' }, h('b', null, 'If it were delivered now: '), pill(letter.verdict.outcome), ' ', letter.verdict.words),
    h('div', { class: 'columns' },
      h('div', null, card('What it says', h('pre', { tabindex: '0', 'aria-label': 'Payload' }, readable(letter.payload)))),
      h('div', null,
        card('The letter', facts([
          ['Where', h('code', null, letter.source)], ['Message', h('code', null, letter.messageId)], ['Because', letter.reason], ['In words', letter.description],
          ['Tried', letter.deliveryCount === 1 ? 'once' : `${number(letter.deliveryCount)} times`], ['Sent', time(letter.enqueuedAt, { long: true })], ['Dead since', time(letter.deadLetteredAt, { long: true })],
        ])),
        card('The order now', letter.order ? facts([
          ['Order', orderLink(letter.order.orderId)], ['Status', pill(letter.order.status)], ['Version', `${number(letter.order.version)}; the letter is of ${letter.version ?? 'none'}`],
          ['Total', money(letter.order.totals.total, letter.order.currency)], ['Paid', money(letter.order.totals.paid, letter.order.currency)],
        ]) : empty('It is about no order that is there.')))));
}

/** JSON with its lines; anything else as it stands. */
function readable(payload) {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}

async function resubmit(path, letter, mend) {
  const reason = { name: 'reason', label: 'Reason', kind: 'area', required: true, most: 500, note: 'It is kept in the audit, with the letter as it was.' };
  const done = await ask({
    title: mend ? 'Mend and send again' : 'Send this letter again?', wide: mend,
    text: letter.verdict.words,
    fields: mend ? [{ name: 'payload', label: 'Payload', kind: 'area', rows: 14, code: true, required: true, value: readable(letter.payload) }, reason] : [reason],
    confirm: 'Send again',
    run: async (values, key) => (await call('POST', `${path}/resubmit`, { body: mend ? { payload: values.payload, reason: values.reason } : { reason: values.reason }, key })).body,
    done: 'The letter is on its way again.',
  });
  if (done) location.hash = '#/letters';
}
