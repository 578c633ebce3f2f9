import fc from 'fast-check';
import { exportOf } from './exports.js';

/** Texts that have broken programs: SQL, prototypes, halves of surrogate pairs, NUL, direction characters. */
export const nasty = fc.oneof(
  fc.constantFrom(
    "'; DROP TABLE traces; --",
    '__proto__',
    'constructor',
    'toString',
    '\ud800',
    '\0',
    'a\0b',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const number = fc.oneof(
  fc.double(),
  fc.constantFrom(-1, 2 ** 53, 1e300, -0),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
);
export const leaf = fc.oneof(nasty, number, fc.boolean(), fc.constant(null));
export const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(nasty, tie('value'), { maxKeys: 4, noNullPrototype: false }),
  ),
})).value;
const anyValue = fc.oneof(
  fc.record({
    stringValue: fc.oneof(
      nasty,
      json.map((value) => JSON.stringify(value)),
    ),
  }),
  fc.record({ intValue: json }),
  fc.record({ doubleValue: json }),
  fc.record({
    kvlistValue: fc.record({ values: fc.array(fc.record({ key: nasty, value: json }), { maxLength: 3 }) }),
  }),
  fc.record({ arrayValue: fc.record({ values: fc.array(json, { maxLength: 3 }) }) }),
  json,
);
const key = fc.oneof(
  nasty,
  fc.constantFrom(
    ...[
      'input',
      'output',
      'usage_details',
      'cost_details',
      'model.name',
      'model.parameters',
      'level',
      'type',
      'metadata',
    ].map((name) => `langfuse.observation.${name}`),
    'langfuse.observation.metadata.__proto__',
    'langfuse.observation.metadata.touchpoint.mcp_server',
    'langfuse.trace.tags',
    'langfuse.trace.name',
    'langfuse.trace.metadata.ai_task.type',
    'langfuse.internal.is_app_root',
    'session.id',
    'gen_ai.usage.input_tokens',
  ),
);
const hexId = (digits: number) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom('1', 'a', 'F').map((digit) => digit.repeat(digits)) },
    { weight: 1, arbitrary: json },
  );
const nanos = fc.oneof(
  { weight: 9, arbitrary: fc.bigInt({ min: 0n, max: 10n ** 20n - 1n }).map(String) },
  { weight: 1, arbitrary: json },
);
const hostileSpan = fc.record({
  traceId: hexId(32),
  spanId: hexId(16),
  parentSpanId: fc.option(hexId(16), { nil: undefined }),
  name: fc.oneof(nasty, json),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes: fc.oneof(
    { weight: 9, arbitrary: fc.array(fc.record({ key, value: anyValue }), { maxLength: 8 }) },
    { weight: 1, arbitrary: json },
  ),
  status: json,
});
export const hostileExport = fc.oneof(
  { weight: 4, arbitrary: fc.array(hostileSpan, { maxLength: 3 }).map((spans) => exportOf(...spans)) },
  { weight: 1, arbitrary: json },
);
const eventType = fc.oneof(
  fc
    .constantFrom('trace', 'span', 'generation', 'event', 'score', 'observation')
    .chain((kind) => fc.constantFrom(`${kind}-create`, `${kind}-update`)),
  fc.constantFrom('sdk-log'),
  nasty,
);
export const date = fc.oneof(
  { weight: 5, arbitrary: fc.date({ noInvalidDate: true }).map((at) => at.toISOString()) },
  { weight: 1, arbitrary: json },
);
export const hostileBatch = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      batch: fc.array(
        fc.record({
          id: fc.oneof({ weight: 5, arbitrary: fc.uuid() }, { weight: 1, arbitrary: json }),
          timestamp: date,
          type: eventType,
          body: fc.record(
            {
              id: fc.oneof(nasty, json),
              traceId: fc.oneof(nasty, json),
              parentObservationId: fc.oneof(nasty, json),
              name: fc.oneof(nasty, json),
              value: fc.oneof(nasty, number),
              timestamp: date,
              startTime: date,
              endTime: date,
              input: json,
              metadata: json,
              tags: json,
              usage: json,
              usageDetails: json,
              costDetails: json,
              model: nasty,
              level: nasty,
              statusMessage: nasty,
            },
            { requiredKeys: [] },
          ),
        }),
        { maxLength: 4 },
      ),
    }),
  },
  { weight: 1, arbitrary: json },
);
