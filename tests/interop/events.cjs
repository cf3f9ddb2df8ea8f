// Reads events with the public CloudEvents library, as messages in structured mode. On stdin a JSON list of bodies (text); on stdout the list of answers:
// {id, type, source, subject, time, sequence, userid, orderId} of the event as the library has it, or {because} when it refuses the body.
'use strict';

const { HTTP } = require('cloudevents');

function read(body) {
  try {
    const event = HTTP.toEvent({ headers: { 'content-type': 'application/cloudevents+json' }, body });
    event.validate();
    const { id, type, source, subject, time, sequence, userid } = event;
    return { id, type, source, subject, time, sequence, userid, orderId: event.data.orderId };
  } catch (refused) {
    return { because: refused.message };
  }
}

let text = '';
process.stdin.on('data', part => { text += part; });
process.stdin.on('end', () => console.log(JSON.stringify(JSON.parse(text).map(read))));
