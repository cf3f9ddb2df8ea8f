// An order's life as a picture: what it was when, and below that what came in of payments, parcels and cases. The table beside it says the same in words.

import { h, s } from './dom.js';
import { kindOf, longTimeText, money, span, time, timeText, words } from './format.js';
import { scrolled, table } from './parts.js';

const lanes = ['Status', 'Money', 'Parcels', 'Cases'];
const laneTop = [26, 72, 102, 132];
const left = 58;

/** Everything that happened to an order, oldest first: { at, lane, text, kind, by }. */
export function happenings(order) {
  const found = order.timeline.map(step => ({ at: step.at, lane: 'Status', state: step.to, kind: kindOf(step.to), text: words(step.to), detail: step.reason, by: step.by }));
  const add = (at, lane, text, kind = 'go', by = null, detail = null) => { if (at) found.push({ at, lane, text, kind, by, detail }); };
  for (const payment of order.payments) {
    add(payment.openedAt, 'Money', 'Payment opened', 'wait', null, money(payment.amount, payment.currency));
    if (payment.captured) add(payment.capturedAt, 'Money', 'Money came', 'good', 'provider', money(payment.captured.amount, payment.captured.currency));
    for (const refund of payment.refunds) add(refund.requestedAt, 'Money', `Refund ${words(refund.status).toLowerCase()}`, kindOf(refund.status), null, money(refund.amount, payment.currency));
  }
  for (const parcel of order.shipments) {
    add(parcel.shippedAt, 'Parcels', 'Parcel sent', 'go', 'merchant', `${parcel.carrier} ${parcel.trackingNumber}`);
    for (const event of parcel.events) add(event.at, 'Parcels', words(event.status), 'good', 'carrier', event.location);
  }
  for (const one of order.afterSales) {
    for (const step of one.steps) add(step.at, 'Cases', words(step.what), step.what === 'RefundRefused' ? 'bad' : 'care', step.by, step.note);
  }
  return found.map((one, i) => ({ ...one, i })).sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.i - b.i);
}

export function timeline(order) {
  const found = happenings(order);
  const label = `Life of the order: ${order.timeline.map(step => `${words(step.to)} ${longTimeText(step.at)}`).join(', then ')}.`;
  return h('div', null,
    scrolled('Life of the order, as a picture', picture(found, label)),
    h('details', null, h('summary', null, 'What happened, in words'), table('What happened', [
      { name: 'When', cell: one => time(one.at, { long: true }) },
      { name: 'What', cell: one => one.text },
      { name: 'More', cell: one => one.detail ?? '' },
      { name: 'By', cell: one => words(one.by ?? '') },
    ], found)));
}

/** Where each moment stands: evenly enough to be read, with longer waits a little longer, and drawn out to the room there is. */
function places(found, room) {
  const at = new Map();
  let x = left + 8;
  let before = null;
  for (const { at: moment } of found) {
    const now = Date.parse(moment);
    if (before !== null && now > before) x += 38 + Math.min(76, Math.log2(1 + (now - before) / 30_000) * 6);
    at.set(now, x);
    before = now;
  }
  const begin = left + 8;
  const factor = x > begin ? Math.min(3, Math.max(1, (room - 150 - begin) / (x - begin))) : 1;
  const drawn = moment => begin + (at.get(Date.parse(moment)) - begin) * factor;
  return { at: drawn, end: begin + (x - begin) * factor };
}

function picture(found, label) {
  const room = Math.min(1180, innerWidth - (innerWidth > 800 ? 300 : 60));
  const place = places(found, room);
  const states = found.filter(one => one.lane === 'Status');
  const width = Math.max(room, place.end + 150);
  const drawn = [];
  for (const [i, state] of states.entries()) {
    const from = place.at(state.at);
    const to = i + 1 < states.length ? place.at(states[i + 1].at) : width - 6;
    const room = Math.max(to - from - 2, 3);
    drawn.push(s('rect', { class: `band ${state.kind}`, x: from, y: laneTop[0], width: room, height: 24, rx: 5 }, s('title', null, `${state.text}, ${longTimeText(state.at)}${state.detail ? `: ${state.detail}` : ''}`)));
    const text = fitting(state.text, room - 12);
    if (text) drawn.push(s('text', { x: from + 7, y: laneTop[0] + 16 }, text));
    const next = states[i + 1];
    const stays = next ? span(Date.parse(next.at) - Date.parse(state.at)) : '';
    if (fitting(stays, room - 4) === stays) drawn.push(s('text', { class: 'soft', x: from + 7, y: laneTop[0] + 38 }, stays));
  }
  let free = -1;
  for (const state of states) {
    const x = place.at(state.at);
    if (x < free) continue;
    drawn.push(s('text', { class: 'soft', x, y: 16 }, timeText(state.at)));
    free = x + 84;
  }
  const marks = found.filter(event => event.lane !== 'Status');
  for (const [i, one] of marks.entries()) {
    const y = laneTop[lanes.indexOf(one.lane)] + 8;
    const next = marks.slice(i + 1).find(other => other.lane === one.lane);
    const text = fitting(one.detail && one.lane === 'Money' ? `${one.text} ${one.detail}` : one.text, (next ? place.at(next.at) : width) - place.at(one.at) - 18);
    if (text && !text.endsWith('…')) drawn.push(s('text', { class: 'over', x: place.at(one.at) + 14, y: y + 4 }, text));
    drawn.push(s('circle', { class: `mark ${one.kind}`, cx: place.at(one.at) + 5, cy: y, r: 5 }, s('title', null, `${one.text}${one.detail ? ` (${one.detail})` : ''}, ${longTimeText(one.at)}`)));
  }
  const used = lanes.filter((lane, i) => i === 0 || found.some(one => one.lane === lane));
  const bottom = laneTop[lanes.indexOf(used.at(-1))] + (used.length === 1 ? 44 : 22);
  const frame = used.map(lane => {
    const y = laneTop[lanes.indexOf(lane)] + (lane === 'Status' ? 12 : 8);
    return [lane !== 'Status' && s('line', { class: 'axis', x1: left, x2: width - 6, y1: y, y2: y }), s('text', { class: 'soft', x: 0, y: y + 4 }, lane)];
  });
  return s('svg', { class: 'picture', role: 'img', 'aria-label': label, width, height: bottom, viewBox: `0 0 ${width} ${bottom}` }, frame, drawn);
}

/** As much of a text as fits, cut with a dot-dot-dot; '' when that would be nothing. */
function fitting(text, room) {
  const most = Math.floor(room / 6.3);
  if (text.length <= most) return text;
  return most >= 5 ? `${text.slice(0, most - 1)}…` : '';
}
