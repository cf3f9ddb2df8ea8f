// How money, times and states are written. One way for the whole console.

import { h } from './dom.js';
import { now } from './identity.js';

const formats = new Map();

function formatOf(currency) {
  if (!formats.has(currency)) {
    const format = new Intl.NumberFormat('en-GB', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
    formats.set(currency, { format, scale: 10 ** format.resolvedOptions().maximumFractionDigits });
  }
  return formats.get(currency);
}

/** Minor units as people write them: 1380, EUR → €13.80. */
export function money(amount, currency) {
  if (amount === null || amount === undefined) return '–';
  const { format, scale } = formatOf(currency);
  return format.format(amount / scale);
}

/** The same for the edge of a plot: €1.2K. */
export function briefMoney(amount, currency) {
  return new Intl.NumberFormat('en-GB', { style: 'currency', currency, currencyDisplay: 'narrowSymbol', notation: 'compact', maximumFractionDigits: 1 }).format(amount / formatOf(currency).scale);
}

/** What one writes into a field, as minor units; null when it is no amount. */
export function minorUnits(text, currency) {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) || value < 0 ? null : Math.round(value * formatOf(currency).scale);
}

export const number = value => (value === null || value === undefined ? '–' : new Intl.NumberFormat('en-GB').format(value));
export const percent = share => (share === null || share === undefined ? '–' : new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 }).format(share));

const day = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' };
const dayFormat = new Intl.DateTimeFormat('en-GB', day);
const shortFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' });
const yearFormat = new Intl.DateTimeFormat('en-GB', { ...day, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' });
const longFormat = new Intl.DateTimeFormat('en-GB', { ...day, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone: 'UTC' });
const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' });

export const clockText = at => clockFormat.format(new Date(at));
export const dayText = at => dayFormat.format(new Date(at));
/** Of another year than the host's with the year. */
export const timeText = at => (new Date(at).getUTCFullYear() === new Date(now()).getUTCFullYear() ? shortFormat : yearFormat).format(new Date(at));
export const longTimeText = at => longFormat.format(new Date(at));

/** A <time> with the whole of it in its title. */
export const time = (at, { long = false } = {}) =>
  at ? h('time', { datetime: at, title: `${longTimeText(at)} UTC` }, long ? longTimeText(at) : timeText(at)) : '–';

/** A span of milliseconds in its two largest units. */
export function span(milliseconds) {
  const units = [['d', 86_400_000], ['h', 3_600_000], ['min', 60_000], ['s', 1000]];
  const first = units.findIndex(([, size]) => milliseconds >= size);
  if (first < 0) return milliseconds > 0 ? '< 1 s' : '0 s';
  const [name, size] = units[first];
  const whole = Math.floor(milliseconds / size);
  const next = units[first + 1];
  const rest = next && whole < 10 ? Math.floor((milliseconds % size) / next[1]) : 0;
  return rest ? `${whole} ${name} ${rest} ${next[0]}` : `${whole} ${name}`;
}

/** "in 12 min" or "3 h ago". */
export function fromNow(at) {
  const distance = Date.parse(at) - now();
  return distance >= 0 ? `in ${span(distance)}` : `${span(-distance)} ago`;
}

/** PendingShipment → Pending shipment; missingHere → Missing here. */
export function words(name) {
  const spaced = String(name ?? '').replace(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll('-', ' ').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

const kinds = {
  PendingPayment: 'wait', Paid: 'go', PendingShipment: 'go', Shipped: 'go', Completed: 'good', Cancelled: 'over', AfterSale: 'care', AfterSaleCompleted: 'over',
  InReview: 'wait', AwaitingGoods: 'wait', AwaitingInspection: 'wait', AwaitingPayment: 'wait', AwaitingReplacement: 'wait', Refunding: 'go', RefundFailed: 'bad',
  Rejected: 'over', Withdrawn: 'over', Lapsed: 'over', Opening: 'wait', Open: 'wait', Settled: 'good', Voided: 'over', Failed: 'bad', Requested: 'wait',
  Pending: 'wait', Succeeded: 'good', running: 'go', upcoming: 'wait', soldOut: 'care', ended: 'over', open: 'care', applied: 'good', approved: 'good',
  dismissed: 'over', gone: 'over', completed: 'good', notRun: 'wait', wouldApply: 'go', alreadyApplied: 'good', unreadable: 'bad', orderUnknown: 'bad',
  succeeded: 'good', failed: 'bad', ok: 'good', ready: 'good', up: 'good', down: 'bad', degraded: 'care', healthy: 'good', unhealthy: 'bad', done: 'good', Running: 'go', Terminated: 'over', none: 'over',
};

export const kindOf = state => kinds[state] ?? 'over';

/** A state as a pill: a word, and a colour that only repeats it. */
export const pill = (state, text = words(state)) => h('span', { class: `pill ${kindOf(state)}` }, text);
