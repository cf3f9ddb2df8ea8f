// Calls the API. Every refusal is a ProblemError that carries the problem document; a request that got no answer is one too.

import { signedOut, token } from './identity.js';

const base = document.querySelector('meta[name="orders-api"]').content.replace(/\/$/, '') || new URL('..', document.baseURI).href.replace(/\/$/, '');

// What to do about a problem, where its own words don't say.
const advice = {
  'version-mismatch': 'Somebody or something changed it meanwhile. It has been loaded again: look, and decide again.',
  'forbidden': 'Ask somebody who has the role, or sign in with another token.',
  'unauthenticated': 'Sign in again.',
  'rate-limited': 'Wait a moment, then try again.',
  'overloaded': 'Wait a moment, then try again.',
  'unavailable': 'Try again with the button: it is the same request, so it happens once.',
  'no-answer': 'Try again with the button: it is the same request, so it happens once.',
  'request-in-progress': 'The first request is still running. Try again in a moment.',
  'not-cancellable': 'An order that is paid is given back by an after-sale case.',
  'illegal-in-state': 'Load the order again: its state may have moved on.',
  'illegal-in-case': 'Load the order again: the case may have moved on.',
  'internal-error': 'Name the trace when asking about it.',
};

export class ProblemError extends Error {
  constructor(problem, retryAfter = null) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
    this.kind = (problem.type ?? '').split('/').pop();
    this.retryAfter = retryAfter;
  }

  get advice() {
    return this.retryAfter ? `Wait ${this.retryAfter} s, then try again.` : advice[this.kind] ?? null;
  }
}

export const url = path => base + path;

/** A key for one intention; the same for its repetitions. */
export const newKey = () => `console-${[...crypto.getRandomValues(new Uint8Array(12))].map(byte => byte.toString(16).padStart(2, '0')).join('')}`;

/**
 * One request. Options: body, key (Idempotency-Key), version (If-Match), etag (If-None-Match), as (another token; null for none), accept, signal.
 * Answers { status, body, headers }; body is text where it is not JSON.
 */
export async function call(method, path, options = {}) {
  const headers = { Accept: options.accept ?? 'application/json' };
  const bearer = options.as === undefined ? token() : options.as;
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  if (options.key) headers['Idempotency-Key'] = options.key;
  if (options.version) headers['If-Match'] = `"${options.version}"`;
  if (options.etag) headers['If-None-Match'] = options.etag;
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await send(url(path), { method, headers, body: options.body === undefined ? undefined : JSON.stringify(options.body), signal: options.signal, cache: 'no-store' });
  if (!response.ok && response.status !== 304) {
    const problem = await problemOf(response);
    if (response.status === 401 && options.as === undefined) signedOut(problem.detail);
    throw new ProblemError(problem, response.headers.get('Retry-After'));
  }
  return { status: response.status, headers: response.headers, body: await bodyOf(response) };
}

export const get = async (path, options) => (await call('GET', path, options)).body;

/** A query string of what is not empty. */
export function query(values) {
  const set = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return set.length ? `?${new URLSearchParams(set)}` : '';
}

/** The lines of a stream of server-sent events, as { event, data }. */
export async function* stream(path, signal) {
  const response = await send(url(path), { headers: { Authorization: `Bearer ${token()}`, Accept: 'text/event-stream' }, signal, cache: 'no-store' });
  if (!response.ok) throw new ProblemError(await problemOf(response), response.headers.get('Retry-After'));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const blocks = (rest + part.value).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split('\n');
      const of = name => lines.filter(line => line.startsWith(`${name}:`)).map(line => line.slice(name.length + 1).trimStart()).join('\n');
      if (of('data')) yield { event: of('event') || 'message', data: JSON.parse(of('data')) };
    }
  }
}

async function send(address, options) {
  try {
    return await fetch(address, options);
  } catch (failure) {
    if (options.signal?.aborted) throw failure;
    throw new ProblemError({ type: '/problems/no-answer', title: 'No answer', detail: 'The app could not be reached. Whether it happened is not known.' });
  }
}

async function bodyOf(response) {
  const text = await response.text();
  return text && (response.headers.get('Content-Type') ?? '').includes('json') ? JSON.parse(text) : text;
}

async function problemOf(response) {
  const body = await bodyOf(response);
  return body && typeof body === 'object' ? body : { type: '/problems/unknown', title: `The app answered ${response.status}`, detail: null, status: response.status };
}
