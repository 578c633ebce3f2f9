import { expect, test } from 'vitest';
import { maskReceived, maskSent } from '../../../packages/loom/src/masking/spans.js';
import type { ReceivedSpan } from '../../../packages/loom/src/receiver/trace.js';

const VALUE = 'Ab1'.repeat(5);

test('what is received is masked in every field, and ids, times and amounts stay', () => {
  const span = {
    id: '0123456789abcdef',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    name: `call token=${VALUE}`,
    statusMessage: `password: ${VALUE}`,
    input: { headers: [{ name: 'Authorization', value: VALUE }], q: 'words' },
    output: `Cookie: sid=${VALUE}\nnext`,
    metadata: { apiKey: VALUE },
    modelParameters: null,
    trace: { name: 'x', tags: [`secret=${VALUE}`], metadata: {} },
    attributes: { 'http.request.header.authorization': [`Bearer ${VALUE}`], n: 5 },
    resource: { 'service.name': 'x' },
    usage: { input: 1234567 },
    startMs: 1795978140668,
  } as unknown as ReceivedSpan;
  const kept = maskReceived(span);
  expect(JSON.stringify(kept)).not.toContain(VALUE);
  expect(kept).toMatchObject({
    id: span.id,
    traceId: span.traceId,
    input: { headers: [{ name: 'Authorization', value: '[masked]' }], q: 'words' },
    output: 'Cookie: [masked]\nnext',
    usage: span.usage,
    startMs: span.startMs,
  });
});

test('what is sent to Langfuse is masked, and its ids stay', () => {
  const sent = maskSent({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '0123456789abcdef',
    name: `fix token=${VALUE}`,
    kind: 1,
    startTimeUnixNano: '1',
    endTimeUnixNano: '2',
    attributes: [{ key: 'a', value: { stringValue: `export DB_PASSWORD=${VALUE}` } }],
    status: { code: 2, message: `secret: ${VALUE}` },
  });
  expect(sent).toMatchObject({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    name: 'fix token=[masked]',
    attributes: [{ key: 'a', value: { stringValue: 'export DB_PASSWORD=[masked]' } }],
    status: { code: 2, message: 'secret: [masked]' },
  });
});
