// Who looks: a bearer token, kept in this tab's session storage and nowhere else. Its roles decide what is shown; the server decides what is done.

const kept = 'orders.token';
let claims = read(sessionStorage.getItem(kept));

export const token = () => (claims ? sessionStorage.getItem(kept) : null);
export const isSignedIn = () => claims !== null;
export const subject = () => claims?.sub ?? '';
export const roles = () => claims?.roles ?? [];
export const is = (...wanted) => wanted.some(role => roles().includes(role));

/** Takes a token; returns what is wrong with it, or null. */
export function signIn(text) {
  const bare = text.trim().replace(/^Bearer\s+/i, '');
  const found = read(bare);
  if (!found) return 'This is no token: it has three parts with dots between them.';
  if (!found.roles.some(role => ['merchant', 'support', 'ops'].includes(role))) return 'This token has none of the roles merchant, support and ops.';
  if (found.expires && found.expires < Date.now() / 1000 && !hostIsLocal) return 'This token has expired.';
  sessionStorage.setItem(kept, bare);
  claims = found;
  dispatchEvent(new CustomEvent('identity', { detail: null }));
  return null;
}

export function signedOut(because = null) {
  sessionStorage.removeItem(kept);
  claims = null;
  dispatchEvent(new CustomEvent('identity', { detail: because }));
}

// The local host's clock can be moved, so what has expired is for it to say.
let hostIsLocal = false;
let offset = 0;

/** Whether this is the local host; asked once, at the start. */
export const isLocal = () => hostIsLocal;

export function setLocal(health) {
  hostIsLocal = true;
  hostTime(health.now);
}

/** The host's time, which on the local host need not be ours. */
export const now = () => Date.now() + offset;
export const hostTime = at => { offset = Date.parse(at) - Date.now(); };

function read(text) {
  try {
    const part = text.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const payload = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), letter => letter.charCodeAt(0))));
    return { sub: payload.sub ?? '', roles: [payload.role ?? [], payload.roles ?? []].flat(), expires: payload.exp };
  } catch {
    return null;
  }
}
