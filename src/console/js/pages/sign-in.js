// Signing in: a token that is pasted in, or on the local host one click.

import { call } from '../api.js';
import { h, put } from '../dom.js';
import { isLocal, signIn } from '../identity.js';
import { button, card, field, hint, problemBox } from '../parts.js';

const people = [
  ['support', 'sam', 'Support', 'Orders, cases, refunds, stuck orders'],
  ['ops', 'olga', 'Operations', 'Dead letters, reconciliation, reports'],
  ['merchant', 'mia', 'Merchant', 'Shipping, cases, sales, stock'],
];

export async function show(view) {
  document.title = 'Sign in – Orders console';
  const trouble = h('div');
  const token = h('textarea', { rows: 4, class: 'code', spellcheck: 'false', autocomplete: 'off', required: true });
  const enter = text => {
    const wrong = signIn(text);
    if (wrong) put(trouble, h('div', { class: 'problem', role: 'alert' }, wrong));
  };
  put(view, h('h1', null, 'Sign in'),
    isLocal() && card('On this local host',
      hint('One click makes a token for the role. Only the local host can do that.'),
      h('div', { class: 'roles' }, people.map(([role, sub, name, what]) => button([h('b', null, name), h('span', null, what)], async () => {
        try {
          enter((await call('POST', '/local/tokens', { body: { sub, role }, as: null })).body.token);
        } catch (failure) {
          put(trouble, problemBox(failure));
        }
      }, 'role')))),
    card('With a token',
      h('form', { onsubmit: event => { event.preventDefault(); enter(token.value); } },
        field('Bearer token', token, 'From the identity provider of the shop. It stays in this tab and is forgotten when the tab is closed.'),
        h('button', { type: 'submit', class: 'primary' }, 'Sign in'))),
    trouble);
}
