// Builds elements. Text is always set as text, never parsed, so nothing that a buyer wrote can become markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element: attributes as an object (functions are listeners, true and false switch, null is left out), then children: nodes, text, lists of them. */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function s(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  append(element, children);
  return element;
}

export function append(element, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child);
  }
  return element;
}

/** Puts other children in; returns the element. */
export function put(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

/** Says something to screen readers, without moving anything. */
export function say(text) {
  const status = document.getElementById('status');
  status.textContent = '';
  // In a frame of its own: the same text twice is said twice.
  requestAnimationFrame(() => { status.textContent = text; });
}

/** Says something to everybody, for a few seconds. */
export function toast(text, kind = 'good') {
  say(text);
  const note = h('div', { class: `toast ${kind}` }, text);
  document.getElementById('toasts').append(note);
  setTimeout(() => note.remove(), 6000);
}

/** Runs while the page is shown: now, and every so often while the window is seen. Stops with the signal. */
export function every(milliseconds, signal, run) {
  const timer = setInterval(() => { if (!document.hidden) run(); }, milliseconds);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
