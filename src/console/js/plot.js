// Pictures of figures: lines, bars, and rows of bars. Each says in words what it shows, and has its figures in a table for whom a picture doesn't serve.

import { h, s } from './dom.js';
import { number } from './format.js';
import { scrolled, table } from './parts.js';

const height = 190;
const edge = { left: 48, right: 10, top: 10, bottom: 24 };
const dashes = [null, '6 3', '2 3', '9 3 2 3'];

/**
 * Lines over time. `points` are { at, … }, `series` [{ name, value: point => number }]; `label(point)` writes a time, `write(number)` a figure.
 */
export function lines(title, points, series, { label, write = number }) {
  const width = Math.max(320, Math.min(1180, roomOf()));
  const most = niceAbove(Math.max(1, ...points.flatMap(point => series.map(one => one.value(point)))));
  const x = i => edge.left + (points.length < 2 ? 0 : (i / (points.length - 1)) * (width - edge.left - edge.right));
  const y = value => height - edge.bottom - (value / most) * (height - edge.top - edge.bottom);
  const drawn = series.map((one, n) => s('path', {
    class: `line s${n + 1}`, 'stroke-dasharray': dashes[n], d: points.map((point, i) => `${i ? 'L' : 'M'}${x(i).toFixed(1)} ${y(one.value(point)).toFixed(1)}`).join(''),
  }));
  const totals = series.map(one => `${one.name} ${write(points.reduce((sum, point) => sum + one.value(point), 0))}`).join(', ');
  return figure(title, `${title}: ${totals} over ${points.length} steps.`, width, [axes(width, most, y, write), times(points, x, label), drawn],
    [{ name: 'When', cell: label }, ...series.map(one => ({ name: one.name, kind: 'num', cell: point => write(one.value(point)) }))], points.filter(point => series.some(one => one.value(point))), legend(series));
}

/** Bars over time, of one figure that may be below zero. */
export function bars(title, points, value, { label, write = number, brief = write }) {
  const width = Math.max(320, Math.min(1180, roomOf()));
  const most = niceAbove(Math.max(1, ...points.map(value)));
  const least = Math.min(0, ...points.map(value));
  const y = amount => height - edge.bottom - ((amount - least) / (most - least)) * (height - edge.top - edge.bottom);
  const step = (width - edge.left - edge.right) / points.length;
  const x = i => edge.left + i * step;
  const drawn = points.map((point, i) => value(point) !== 0 && s('rect', {
    class: value(point) < 0 ? 'f4' : 'f1', x: x(i) + step * 0.1, width: Math.max(step * 0.8, 0.6), y: Math.min(y(value(point)), y(0)), height: Math.max(Math.abs(y(value(point)) - y(0)), 1),
  }, s('title', null, `${label(point)}: ${write(value(point))}`)));
  return figure(title, `${title}: ${write(points.reduce((sum, point) => sum + value(point), 0))} over ${points.length} steps.`, width, [axes(width, most, y, brief), times(points, i => x(i) + step / 2, label), drawn],
    [{ name: 'When', cell: label }, { name: title, kind: 'num', cell: point => write(value(point)) }], points.filter(value));
}

/** Rows with a bar each, the longest first: the table is the picture's own text. */
export function rows(title, items, { name, value, write = number, more = [] }) {
  const most = Math.max(1, ...items.map(value));
  return table(title, [
    { name: '', hidden: 'Name', cell: name },
    { name: '', hidden: 'As a bar', kind: 'as-bar wide', cell: item => s('svg', { class: 'picture', width: '100%', height: 10, 'aria-hidden': 'true' }, s('rect', { class: 'f1', rx: 2, width: `${Math.max(1, (value(item) / most) * 100)}%`, height: 10 })) },
    { name: title, kind: 'num', cell: item => write(value(item)) }, ...more,
  ], items);
}

function figure(title, words, width, content, columns, points, key = null) {
  return h('figure', { class: 'figure' },
    h('figcaption', null, h('h3', null, title), key),
    scrolled(title, s('svg', { class: 'picture', role: 'img', 'aria-label': words, width, height, viewBox: `0 0 ${width} ${height}` }, content)),
    h('details', null, h('summary', null, `${title} as a table`), points.length > 0 ? table(title, columns, points) : h('p', { class: 'hint' }, 'Nothing happened.')));
}

function axes(width, most, y, write) {
  return [0, most / 2, most].map(value => [
    s('line', { class: 'axis', x1: edge.left, x2: width - edge.right, y1: y(value), y2: y(value) }),
    s('text', { class: 'soft', x: edge.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, write(value)),
  ]);
}

function times(points, x, label) {
  const step = Math.max(1, Math.ceil(points.length / 8));
  const first = Math.floor(step / 2);
  return points.map((point, i) => i % step === first && s('text', { class: 'soft', x: x(i), y: height - 6, 'text-anchor': 'middle' }, label(point)));
}

const legend = series => h('ul', { class: 'legend' }, series.map((one, n) => h('li', null,
  s('svg', { class: 'picture inline', width: 26, height: 8, 'aria-hidden': 'true' }, s('path', { class: `line s${n + 1}`, d: 'M0 4H26', 'stroke-dasharray': dashes[n] })), one.name)));

/** 1, 2, 4, 5 or 10 times a power of ten: what an axis can end with and be halved. */
function niceAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [2, 4, 5, 10].map(one => one * power).find(nice => nice >= value) ?? value;
}

const roomOf = () => innerWidth - (innerWidth > 800 ? 300 : 60);
