// Whether the app and what it needs are well.

import { call, get, newKey } from '../api.js';
import { every, h, put, toast } from '../dom.js';
import { number, pill, time, words } from '../format.js';
import { is, isLocal } from '../identity.js';
import { button, card, facts, heading, place, problemBox, table } from '../parts.js';

export async function show(view, { signal }) {
  const app = place(() => readApp(signal), { signal });
  const local = isLocal() && place(() => readLocal(signal), { signal });
  const index = is('ops') && place(() => readIndex(signal), { signal });
  put(view, heading('Health'), h('div', { class: 'halves' }, card('The app', app), index && card('Search index', index, rebuilding(index)), local && card('The local host', local)));
  every(5000, signal, () => [app, index, local].forEach(one => one && one.again()));
}

async function readIndex(signal) {
  const state = await get('/api/ops/search', { signal });
  const { rebuild } = state;
  return facts([
    ['Orders', number(state.documents)], ['Lag', state.lagSeconds === null ? null : `${state.lagSeconds.toFixed(1)} s`], ['Last change', time(state.lastEventAt, { long: true })],
    ['Generation', String(state.generation)], ['Rebuild', h('span', null, pill(rebuild.status, words(rebuild.status)), rebuild.status !== 'none' && ` ${number(rebuild.read)} read, ${number(rebuild.indexed)} put in`)],
  ]);
}

function rebuilding(index) {
  const trouble = h('div');
  return h('div', null, button('Rebuild it from the store', async () => {
    try {
      await call('POST', '/api/ops/search/rebuild', { key: newKey() });
      toast('The index is being rebuilt; searches go on meanwhile.');
      index.again();
    } catch (failure) {
      put(trouble, problemBox(failure));
    }
  }), trouble);
}

async function readApp(signal) {
  const health = await healthOf(signal);
  return h('div', null, facts([['State', pill(health.status)]]), table('What it needs', [
    { name: 'Dependency', cell: part => words(part.name) },
    { name: 'State', cell: part => pill(part.status) },
    { name: 'Since', cell: part => time(part.since, { long: true }) },
    { name: 'Without it', kind: 'wide', cell: part => part.needed ? 'no order can be placed' : 'orders are placed, and what needs it waits' },
  ], health.dependencies));
}

/** An app that is unhealthy says so with 503 and the same words. */
async function healthOf(signal) {
  try {
    return await get('/api/health', { signal });
  } catch (failure) {
    if (failure.problem?.dependencies) return failure.problem;
    throw failure;
  }
}

async function readLocal(signal) {
  const now = await get('/local/health', { signal, as: null });
  return facts([['State', pill(now.status)], ['Clock', time(now.now, { long: true })], ['Orchestrations', number(now.runningOrchestrations)], ['Messages queued', number(now.queuedMessages)],
    ['Dead letters', number(now.deadLetters)], ['Unpublished', number(now.unpublishedEvents)], ['Timers', number(now.dueTimers)]]);
}
