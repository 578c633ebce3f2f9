// A server with Langfuse's endpoints, in a separate process. It counts spans and answers after DELAY ms, as set by
// MODE. Its parent sends messages: 'count' returns the number of spans so far, 'reset' sets it to 0.
import { createServer } from 'node:http';

const { DELAY = '0', MODE = 'ok' } = process.env;
let spans = 0;
let requests = 0;

const server = createServer(async (request, response) => {
  let text = '';
  try {
    for await (const part of request.setEncoding('utf8')) text += part;
  } catch {
    return; // the Worker was stopped in the middle
  }
  requests++;
  spans += text.match(/"spanId":"|"type":"(?:span|generation)-create"/g)?.length ?? 0;
  if (MODE === 'hang') return;
  if (MODE === 'reset') return request.socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, Number(DELAY)));
  response.writeHead(MODE === 'ok' ? 200 : Number(MODE), { 'content-type': 'application/json' });
  if (MODE === 'partial') response.write('{"par') && request.socket.destroy();
  response.end(MODE === 'ok' ? '{"successes":[],"errors":[]}' : '{"message":"no"}');
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
process.on('message', (message) => {
  if (message === 'reset') spans = requests = 0;
  process.send?.({ spans, requests });
});
process.on('disconnect', () => process.exit());
