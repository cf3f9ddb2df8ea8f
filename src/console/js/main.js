// Starts the console: signs in, builds the navigation, and shows the page that the address names.

import { h, put, say } from './dom.js';
import { is, isLocal, isSignedIn, roles, setLocal, subject, signedOut } from './identity.js';
import { url } from './api.js';
import { problemBox } from './parts.js';
import { startTheme } from './theme.js';

// The pages, as [address, module, name in the navigation, who sees it]; a colon begins a parameter.
const staff = () => is('merchant', 'support', 'ops');
const office = () => is('support', 'ops');
const pages = [
  ['/search', 'search', 'Orders', staff],
  ['/orders/:orderId', 'order', null, staff],
  ['/orders/:orderId/:tab', 'order', null, staff],
  ['/live', 'live', 'Live board', office],
  ['/sales', 'sales', 'Flash sales', staff],
  ['/reports', 'reports', 'Reports', office],
  ['/reports/:date', 'reports', null, office],
  ['/stuck', 'stuck', 'Stuck orders', office],
  ['/letters', 'letters', 'Dead letters', office],
  ['/letters/:letterId', 'letter', null, office],
  ['/redrives/:redriveId', 'redrive', null, office],
  ['/reconciliation', 'reconciliation', 'Reconciliation', () => is('ops')],
  ['/reconciliation/:date', 'reconciliation', null, () => is('ops')],
  ['/audit', 'audit', 'Audit', office],
  ['/health', 'health', 'Health', staff],
  ['/local', 'local', 'Local host', () => isLocal()],
];

const groups = [['Daily work', ['search', 'stuck', 'sales']], ['Figures', ['live', 'reports']], ['Operations', ['letters', 'reconciliation', 'audit', 'health']], ['Here only', ['local']]];
const main = document.getElementById('main');
const nav = document.getElementById('nav');
let leaving = new AbortController();
let first = true;

async function route() {
  leaving.abort();
  leaving = new AbortController();
  const [path, search] = location.hash.slice(1).split('?');
  document.querySelectorAll('dialog').forEach(dialog => dialog.remove());
  closeMenu();
  if (!isSignedIn()) return showPage('sign-in', {}, new URLSearchParams());
  const found = pages.map(page => ({ page, params: match(page[0], path || '/search') })).find(one => one.params);
  drawNavigation(found?.page[1]);
  if (!found) return put(main, h('h1', null, 'No such page'), h('p', null, h('a', { href: '#/search' }, 'To the orders')));
  if (!found.page[3]()) return put(main, h('h1', null, 'Not for your role'), h('p', null, `You are signed in as ${roles().join(', ')}.`));
  return showPage(found.page[1], found.params, new URLSearchParams(search));
}

async function showPage(name, params, search) {
  const { signal } = leaving;
  const view = h('div', { class: `page ${name}` });
  try {
    const module = await import(`./pages/${name}.js`);
    if (signal.aborted) return;
    put(main, view);
    await module.show(view, { params, search, signal });
  } catch (failure) {
    if (signal.aborted) return;
    put(main, view);
    view.append(problemBox(failure, route));
  }
  if (signal.aborted) return;
  // Whoever follows a link stands at the top of the new page; at the very first page nothing is moved.
  if (!first && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
  if (!first) say(document.title);
  first = false;
}

function match(template, path) {
  const [wanted, given] = [template.split('/'), path.replace(/\/$/, '').split('/')];
  if (wanted.length !== given.length) return null;
  const params = {};
  for (const [i, part] of wanted.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(given[i]);
    else if (part !== given[i]) return null;
  }
  return params;
}

const parents = { order: 'search', letter: 'letters', redrive: 'letters' };

function drawNavigation(current) {
  const here = parents[current] ?? current;
  put(nav, groups.map(([name, modules]) => {
    const shown = pages.filter(([, module, title, allowed]) => modules.includes(module) && title && allowed());
    const id = `nav-${modules[0]}`;
    return shown.length > 0 && [h('h2', { id }, name), h('ul', { 'aria-labelledby': id },
      shown.map(([address, module, title]) => h('li', null, h('a', { href: `#${address}`, 'aria-current': module === here ? 'page' : null }, title))))];
  }));
}

function drawIdentity(event) {
  document.body.classList.toggle('signed-out', !isSignedIn());
  put(document.getElementById('who'), isSignedIn() && [h('b', null, subject()), ` ${roles().join(', ')}`]);
  if (event?.detail) say(event.detail);
  if (event) route();
}

const menu = document.getElementById('menu');
function closeMenu() {
  document.body.classList.remove('menu-open');
  menu.setAttribute('aria-expanded', 'false');
}

function wireShell() {
  const field = document.getElementById('q');
  document.getElementById('find').addEventListener('submit', event => {
    event.preventDefault();
    // On the page of orders the words join the filters that are set there.
    const [path, search] = location.hash.slice(1).split('?');
    const wanted = new URLSearchParams(path === '/search' ? search : '');
    wanted.set('q', field.value.trim());
    const next = `#/search?${wanted}`;
    if (next === location.hash) route();
    else location.hash = next;
  });
  document.getElementById('sign-out').addEventListener('click', () => signedOut());
  menu.addEventListener('click', () => {
    const open = document.body.classList.toggle('menu-open');
    menu.setAttribute('aria-expanded', String(open));
    if (open) nav.querySelector('a')?.focus();
  });
  document.querySelector('.skip').addEventListener('click', event => { event.preventDefault(); main.focus(); });
  addEventListener('keydown', event => {
    if (event.key === 'Escape' && document.body.classList.contains('menu-open')) { closeMenu(); menu.focus(); }
    const typing = event.target.closest?.('input, textarea, select, dialog');
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && isSignedIn()) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });
  addEventListener('hashchange', route);
  addEventListener('identity', drawIdentity);
}

async function findLocalHost() {
  try {
    const answer = await fetch(url('/local/health'), { cache: 'no-store' });
    const health = answer.ok ? await answer.json() : null;
    if (health?.now) setLocal(health);
  } catch {
    // No local host: the console of a deployed app.
  }
}

if (location.pathname.endsWith('/index.html')) history.replaceState(null, '', location.pathname.replace(/index\.html$/, '') + location.search + location.hash);
// The colours come before anything that waits: nobody is shown the wrong ones first.
startTheme();
await findLocalHost();
wireShell();
drawIdentity(null);
route();
