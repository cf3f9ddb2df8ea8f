// Signs and verifies webhooks with the public libraries. On stdin a JSON list of
//   {do: "sign" | "verify", scheme: "standard" | "stripe", secret, id, timestamp, body, signature}
// where timestamp is Unix seconds and body base64; on stdout the list of answers, {signature} or {genuine}.
// With the argument "vectors" it prints the recorded vectors anew: node webhooks.cjs vectors > vectors.json
'use strict';

const { Webhook } = require('standardwebhooks');
const Stripe = require('stripe');

const stripe = new Stripe('sk_test_nobody');

const schemes = {
  standard: {
    sign: (one, body) => new Webhook(one.secret).sign(one.id, new Date(one.timestamp * 1000), body),
    verify: (one, body) => new Webhook(one.secret).verify(body, {
      'webhook-id': one.id,
      'webhook-timestamp': String(one.timestamp),
      'webhook-signature': one.signature,
    }),
  },
  stripe: {
    sign: (one, body) => stripe.webhooks.generateTestHeaderString({ payload: body, secret: one.secret, timestamp: one.timestamp }),
    verify: (one, body) => stripe.webhooks.constructEvent(body, one.signature, one.secret),
  },
};

function run(one) {
  const body = Buffer.from(one.body, 'base64').toString('utf8');
  if (one.do === 'sign') return { signature: schemes[one.scheme].sign(one, body) };
  try {
    schemes[one.scheme].verify(one, body);
    return { genuine: true };
  } catch (refused) {
    return { genuine: false, because: refused.message.split('\n')[0] };
  }
}

function vectors() {
  const bodies = ['{}', '{"test": 2432232314}', '{"name":"Zoë Ångström","text":"日本語 \\ud83d\\ude00 €"}', '{"text":"línea 1\\nlínea 2", "n":1.0 }'];
  const secrets = {
    standard: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='],
    stripe: ['whsec_recorded_signing_secret', 'whsec_recorded_rotated_secret'],
  };
  const list = [];
  for (const scheme of ['standard', 'stripe']) {
    for (const secret of secrets[scheme]) {
      for (const body of bodies) {
        const one = { scheme, secret, id: `msg_${list.length + 1}`, timestamp: 1614265330 + list.length, body };
        list.push({ ...one, signature: schemes[scheme].sign(one, body) });
      }
    }
  }

  return list;
}

if (process.argv[2] === 'vectors') {
  console.log(JSON.stringify(vectors(), null, 2));
} else {
  let text = '';
  process.stdin.on('data', part => { text += part; });
  process.stdin.on('end', () => console.log(JSON.stringify(JSON.parse(text).map(run))));
}
