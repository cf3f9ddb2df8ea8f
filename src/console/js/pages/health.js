// Whether the app and what it needs are well.

import { get } from '../api.js';
import { every, h, put } from '../dom.js';
import { number, pill, time, words } from '../format.js';
import { isLocal } from '../identity.js';
import { card, facts, heading, place, table } from '../parts.js';

export async function show(view, { signal }) {
  const app = place(() => readApp(signal), { signal });
  const local = isLocal() && place(() => readLocal(signal), { signal });
  put(view, heading('Health'), h('div', { class: 'halves' }, card('The app', app), local && card('The local host', local)));
  every(5000, signal, () => { app.again(); if (local) local.again(); });
}

async function readApp(signal) {
  const health = await get('/api/health', { signal });
  const parts = Array.isArray(health.dependencies) ? health.dependencies : Object.entries(health.dependencies ?? {}).map(([name, value]) => ({ name, ...value }));
  return h('div', null, facts([['State', pill(health.status)], ['Time', health.now && time(health.now, { long: true })]]),
    parts.length > 0 && table('What it needs', [
      { name: 'Dependency', cell: part => words(part.name) },
      { name: 'State', cell: part => pill(part.state ?? part.status) },
      { name: 'Since', cell: part => time(part.since) },
      { name: 'More', kind: 'wide', cell: part => part.detail ?? part.words ?? '' },
    ], parts));
}

async function readLocal(signal) {
  const now = await get('/local/health', { signal, as: null });
  return facts([['State', pill(now.status)], ['Clock', time(now.now, { long: true })], ['Orchestrations', number(now.runningOrchestrations)], ['Messages queued', number(now.queuedMessages)],
    ['Dead letters', number(now.deadLetters)], ['Unpublished', number(now.unpublishedEvents)], ['Timers', number(now.dueTimers)]]);
}
