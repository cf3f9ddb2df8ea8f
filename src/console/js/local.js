// The local host's controls, which stand outside the API and exist nowhere else.

import { call, get } from './api.js';
import { hostTime } from './identity.js';

const tokens = new Map();

/** A token for anybody, as an identity provider would give it. */
export async function tokenOf(sub, role) {
  const name = `${role} ${sub}`;
  if (!tokens.has(name)) tokens.set(name, (await call('POST', '/local/tokens', { body: { sub, role }, as: null })).body.token);
  return tokens.get(name);
}

/** Moves the whole host's time and waits until all that is due has run. */
export async function advance(by) {
  const answer = (await call('POST', '/local/clock/advance', { body: { by }, as: null })).body;
  hostTime(answer.now);
  return answer;
}

export async function clock() {
  const { now } = await get('/local/clock', { as: null });
  hostTime(now);
  return now;
}
