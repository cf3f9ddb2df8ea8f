// How far a redrive is.

import { get } from '../api.js';
import { every, h, put, say } from '../dom.js';
import { number, pill, time } from '../format.js';
import { card, facts, heading, link } from '../parts.js';

export async function show(view, { params, signal }) {
  const body = h('div');
  put(view, h('p', { class: 'hint' }, link('/letters', 'Dead letters'), ' / redrive'), heading('Redrive'), card('Progress', body));
  let over = false;
  const look = async () => {
    if (over) return;
    const now = await get(`/api/ops/dead-letters/redrives/${encodeURIComponent(params.redriveId)}`, { signal });
    over = now.status !== 'running';
    const done = now.redriven + now.failed;
    put(body, h('progress', { max: String(Math.max(1, now.matched)), value: String(done), 'aria-label': 'Redriven' }), facts([
      ['State', pill(now.status)], ['Done', `${number(done)} of ${number(now.matched)}`], ['Went back', number(now.redriven)], ['Stayed', number(now.failed)],
      ['Rate', `${number(now.ratePerSecond)} a second`], ['Began', time(now.startedAt, { long: true })], ['Ended', time(now.finishedAt, { long: true })], ['By', now.by],
    ]));
    if (over) say(`The redrive is ${now.status}: ${now.redriven} went back.`);
  };
  await look();
  every(1000, signal, () => look().catch(failure => { if (!signal.aborted && failure.problem?.status === 404) over = true; }));
}
