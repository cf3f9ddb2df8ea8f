// The local host: its clock, faults of its ports, sample orders, and where it listens to what.

import { call, get } from '../api.js';
import { every, h, put, say } from '../dom.js';
import { longTimeText, number } from '../format.js';
import { advance, clock } from '../local.js';
import { button, card, empty, facts, field, heading, hint, link, place, problemBox, select, table } from '../parts.js';
import { samples } from './local-samples.js';

export async function show(view, { signal }) {
  const health = place(() => readHealth(signal), { signal });
  put(view, heading('Local host'), hint('Controls of this machine’s host. They exist on no deployed app, and call the same use cases.'),
    h('div', { class: 'halves' }, clockCard(signal, health), card('How much waits', health)),
    h('div', { class: 'halves' }, samples(signal, health), faultsCard(signal)));
  every(5000, signal, () => health.again());
}

async function readHealth(signal) {
  const now = await get('/local/health', { signal, as: null });
  return facts([
    ['State', now.status], ['Orchestrations', `${number(now.runningOrchestrations)} running`], ['Messages', `${number(now.queuedMessages)} queued`],
    ['Dead letters', h('span', null, number(now.deadLetters), ' ', link('/letters', 'look'))], ['Events', `${number(now.unpublishedEvents)} not yet published`],
    ['Timers', `${number(now.dueTimers)} waiting`], ['Functions', number(now.functions)],
  ]);
}

function clockCard(signal, health) {
  const shown = h('output', { class: 'clock' }, '…');
  const trouble = h('div');
  const told = h('p', { class: 'hint' }, 'Between calls it runs with real time.');
  const by = h('input', { type: 'text', value: 'PT20M', name: 'by', class: 'code' });
  const read = async () => { shown.textContent = longTimeText(await clock()); };
  const move = async span => {
    put(trouble);
    told.textContent = 'Moving, and waiting for all that is due…';
    try {
      const answer = await advance(span);
      shown.textContent = longTimeText(answer.now);
      told.textContent = `Moved by ${span}: ${number(answer.ran)} things ran in ${number(answer.steps)} steps.`;
      say(`It is now ${longTimeText(answer.now)}`);
      health.again();
    } catch (failure) {
      told.textContent = '';
      put(trouble, problemBox(failure));
    }
  };
  read().catch(failure => put(trouble, problemBox(failure)));
  every(1000, signal, () => read().catch(() => { shown.textContent = 'No answer'; }));
  return card('Clock', h('p', { class: 'now' }, shown), told,
    h('div', { class: 'row' }, [['PT0S', 'Let all that is due run'], ['PT31M', '+31 min'], ['P1D', '+1 day'], ['P11D', '+11 days'], ['P30D', '+30 days']].map(([span, name]) => button(name, () => move(span)))),
    h('form', { class: 'filters', onsubmit: event => { event.preventDefault(); move(by.value.trim()); } },
      field('Advance by (ISO 8601)', by), h('button', { type: 'submit', class: 'primary' }, 'Advance')), trouble);
}

const modes = [['fail', 'fails: never arrives'], ['hang', 'hangs, then fails'], ['loseAnswer', 'works, answer lost'], ['answerTwice', 'arrives twice'], ['garble', 'arrives broken']];
const ports = ['orders', 'stock', 'provider', 'payments', 'outbox', 'events', 'inbox', 'catalogue', 'coupons', 'notifier', 'idempotency', 'hotOrders', 'users', 'webhookSender'];

function faultsCard(signal) {
  const list = h('div');
  const trouble = h('div');
  const port = h('input', { type: 'text', name: 'port', list: 'ports', required: true, autocomplete: 'off' });
  const operation = h('input', { type: 'text', name: 'operation', autocomplete: 'off' });
  const mode = select({ name: 'mode' }, modes);
  const times = h('input', { type: 'number', name: 'times', min: '1', value: '3' });
  let planned = [];
  const draw = faults => {
    planned = faults;
    put(list, faults.length === 0 ? empty('No faults are planned.') : table('Planned faults', [
      { name: 'Port', cell: fault => fault.port },
      { name: 'Operation', cell: fault => fault.operation ?? 'all' },
      { name: 'It', cell: fault => modes.find(([name]) => name === fault.mode)?.[1] ?? fault.mode },
      { name: 'How often', kind: 'num', cell: fault => (fault.times ? number(fault.times) : 'always') },
      { name: '', hidden: 'Remove', cell: fault => button('Remove', () => plan(faults => faults.filter(other => other !== fault)), 'small', { 'aria-label': `Remove the fault of ${fault.port}` }) },
    ], faults));
  };
  const loaded = get('/local/faults', { as: null, signal }).then(draw, failure => put(trouble, problemBox(failure)));
  // What is planned already comes first, so that adding one drops none.
  const plan = async change => {
    await loaded;
    put(trouble);
    try {
      draw((await call('PUT', '/local/faults', { body: change(planned).map(clean), as: null, signal })).body);
    } catch (failure) {
      put(trouble, problemBox(failure));
    }
  };
  return card('Faults', hint('Lets calls of a port go wrong, as the world does.'), list,
    h('form', { class: 'filters', onsubmit: event => { event.preventDefault(); plan(faults => [...faults, { port: port.value, operation: operation.value || null, mode: mode.value, times: Number(times.value) || null }]); } },
      h('datalist', { id: 'ports' }, ports.map(name => h('option', { value: name }))),
      field('Port', port), field('Operation', operation), field('It', mode), field('Times', times), h('button', { type: 'submit' }, 'Add')),
    h('div', { class: 'row' }, button('Clear all', () => plan(() => []))), trouble);
}

const clean = fault => Object.fromEntries(Object.entries(fault).filter(([, value]) => value !== null && value !== undefined));
