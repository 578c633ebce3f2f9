/**
 * Runs Langfuse's own converter and the receiver over the same payloads, and prints each field in which they differ.
 *
 *   node bench/loom/langfuse-mapping.mjs <checkout of langfuse/langfuse> [file or folder of payloads…]
 *
 * Without payloads: the recorded ones of real emitters, in test/loom/receiver/recorded, and spellings.json
 * next to this file. It has a span for each spelling of a fact in a convention or emitter. Bundles the
 * checkout's converter in place, with stubs for its queue, cache, storage and logger. `zod` and `lodash` come
 * from the checkout, or from this project. `docs/decisions/0007-mappings-beside-langfuse.md` explains each
 * difference.
 */
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [checkout, ...given] = process.argv.slice(2);
if (!checkout) {
  console.error('Give the path of a checkout of langfuse/langfuse.');
  process.exit(2);
}
const shared = resolve(checkout, 'packages/shared/src');
const out = mkdtempSync(join(tmpdir(), 'langfuse-mapping-'));

/** Server modules that the converter imports, by the end of the path. */
const SERVER = `
  export const redis = null, logger = { warn() {}, error() {}, info() {}, debug() {} }, QueueJobs = {};
  export const recordIncrement = () => {}, recordDistribution = () => {}, traceException = () => {};
  const span = { setAttribute() {} };
  export const instrumentSync = (_, run) => run(span), instrumentAsync = async (_, run) => run(span);
  export const getS3EventStorageClient = () => { throw new Error('not here'); };
  export { UsageDetails, normalizeEnvironment, DEFAULT_TRACE_ENVIRONMENT } from '${shared}/server/ingestion/types';
  export { normalizeToolsForObservation, normalizeToolMetadataForObservation } from '${shared}/server/ingestion/extractToolsBackend';
  export const LangfuseInternalTraceEnvironment = { LLMJudge: 'langfuse-llm-as-a-judge' };`;
const PACKAGE = `
  export * from '${shared}/domain/observations';
  export class ForbiddenError extends Error {}`;
const STANDINS = [
  [/^\.\.\/$/, SERVER],
  [/^\.\.\/\.\.\/$/, PACKAGE],
  [/\/env$/, 'export const env = { LANGFUSE_OTEL_MAX_SPAN_BYTES: 1e12 };'],
  [/otelIngestionQueue$/, 'export const OtelIngestionQueue = { getInstance: () => null };'],
  [/clickhouse\/client$/, 'export const convertDateToClickhouseDateTime = (date) => date.toISOString();'],
  [/\/logger$/, 'export const logger = { warn() {}, error() {}, info() {}, debug() {} };'],
];
await build({
  stdin: {
    contents: `export { OtelIngestionProcessor } from '${shared}/server/otel/OtelIngestionProcessor';`,
    resolveDir: shared,
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: join(out, 'langfuse.mjs'),
  logLevel: 'error',
  nodePaths: [join(resolve(checkout), 'node_modules'), join(root, 'node_modules')],
  plugins: [
    {
      name: 'stand-ins',
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^\./ }, ({ path, importer }) => {
          const at = STANDINS.findIndex(([pattern]) => pattern.test(path));
          const isPackageRoot = at === 0 ? /server\/[^/]+\/[^/]+$/.test(importer) : true;
          return at >= 0 && isPackageRoot ? { path: `${at}`, namespace: 'stand-in' } : undefined;
        });
        onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({
          contents: STANDINS[Number(path)][1],
          loader: 'ts',
          resolveDir: shared,
        }));
      },
    },
  ],
});
await build({
  entryPoints: [join(root, 'packages/loom/src/receiver/decode.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: join(out, 'loom.mjs'),
  logLevel: 'error',
  alias: { '@create-something/observability/usage': join(root, 'packages/observability/src/usage.ts') },
});
const { OtelIngestionProcessor } = await import(pathToFileURL(join(out, 'langfuse.mjs')));
const { decodeExport } = await import(pathToFileURL(join(out, 'loom.mjs')));

const json = (value) => {
  if (typeof value !== 'string') {
    return value ?? null;
  }
  try {
    return JSON.parse(value);
  } catch {
    return value === '' ? null : value;
  }
};
/** Each kind of token once, under any name. */
const tokens = (usage) => {
  const kinds = {};
  for (const [name, count] of Object.entries(usage ?? {})) {
    const kind = /cache_creation|cache_write/.test(name)
      ? 'written'
      : /cache/.test(name)
        ? 'cached'
        : /reason|thought/.test(name)
          ? 'reasoning'
          : name;
    if (count > 0 && name !== 'total') {
      kinds[kind] = (kinds[kind] ?? 0) + count;
    }
  }
  return Object.keys(kinds).length > 0 ? kinds : null;
};

const ofLangfuse = (event) => ({
  type: event.type.toLowerCase(),
  name: event.name,
  model: event.modelName ?? null,
  input: json(event.input),
  output: json(event.output),
  usage: tokens(event.providedUsageDetails),
  cost: event.providedCostDetails?.total === undefined ? null : Number(event.providedCostDetails.total),
  parameters: Object.fromEntries(
    Object.entries(event.modelParameters ?? {}).filter(([, value]) => value !== null),
  ),
  session: event.sessionId ?? null,
  user: event.userId ?? null,
  tags: event.tags,
  environment: event.environment,
  version: event.version,
  release: event.release,
  level: event.level,
  message: event.statusMessage || null,
});
const ofLoom = (span) => ({
  type: span.type,
  name: span.name,
  model: span.model,
  input: span.input ?? null,
  output: span.output ?? null,
  usage: tokens(span.usage),
  cost: span.cost?.total ?? null,
  parameters: span.modelParameters ?? {},
  session: span.trace.sessionId ?? null,
  user: span.trace.userId ?? null,
  tags: [...(span.trace.tags ?? [])],
  environment: span.trace.environment ?? 'default',
  version: span.trace.version ?? null,
  release: span.trace.release ?? null,
  level: span.level,
  message: span.statusMessage,
});

const places =
  given.length > 0
    ? given
    : [join(root, 'test/loom/receiver/recorded'), join(root, 'bench/loom/spellings.json')];
const files = places.flatMap((place) =>
  statSync(place).isDirectory()
    ? readdirSync(place)
        .filter((name) => name.endsWith('.json'))
        .map((name) => join(place, name))
    : [place],
);
function keyValues(values = {}) {
  const any = (value) => {
    switch (typeof value) {
      case 'boolean':
        return { boolValue: value };
      case 'number':
        return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
      case 'string':
        return { stringValue: value };
      default:
        return Array.isArray(value)
          ? { arrayValue: { values: value.map(any) } }
          : { kvlistValue: { values: keyValues(value) } };
    }
  };
  return Object.entries(values).map(([key, value]) => ({ key, value: any(value) }));
}

/** A span of its own trace for each spelling. */
function exportOf(spellings) {
  const at = '1786356000000000000';
  return {
    resourceSpans: spellings.map(({ about, name = about, scope = 'x', ...of }, n) => {
      const id = (n + 1).toString(16).padStart(16, '0');
      const events = (of.events ?? []).map(([event, attributes]) => ({
        name: event,
        timeUnixNano: at,
        attributes: keyValues(attributes),
      }));
      const span = {
        traceId: id + id,
        spanId: id,
        name,
        kind: 1,
        startTimeUnixNano: at,
        endTimeUnixNano: at,
      };
      return {
        resource: { attributes: keyValues(of.resource) },
        scopeSpans: [
          {
            scope: { name: scope },
            spans: [{ ...span, attributes: keyValues(of.attributes), events, status: of.status ?? {} }],
          },
        ],
      };
    }),
  };
}

const plain = (value) => JSON.parse(JSON.stringify(value ?? null));
const differences = [];
for (const file of files) {
  const read = JSON.parse(readFileSync(file, 'utf8'));
  const body = Array.isArray(read) ? exportOf(read) : (read.body ?? read);
  if (!Array.isArray(body.resourceSpans)) {
    continue;
  }
  let fields = 0;
  let spans = 0;
  const before = differences.length;
  const name = file.slice(dirname(file).length + 1).replace(/\.json$/, '');
  const processor = new OtelIngestionProcessor({
    projectId: 'project',
    publicKey: 'pk-lf-test',
    sdkName: 'x',
    sdkVersion: '1',
  });
  const theirs = new Map(
    processor.processToEvent(structuredClone(body.resourceSpans)).map((event) => [event.spanId, event]),
  );
  for (const span of decodeExport(body)) {
    spans += 1;
    const langfuse = plain(ofLangfuse(theirs.get(span.id)));
    const loom = plain(ofLoom(span));
    for (const field of Object.keys(loom)) {
      fields += 1;
      if (!isDeepStrictEqual(langfuse[field], loom[field])) {
        differences.push([name, span.name, field, langfuse[field], loom[field]]);
      }
    }
  }
  console.log(`${name}: ${spans} spans, ${fields} fields, ${differences.length - before} differ`);
}
const short = (value) => {
  const text = JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
};
for (const [payload, span, field, langfuse, loom] of differences) {
  console.log(`\n${payload}: ${span}, ${field}\n  Langfuse ${short(langfuse)}\n  Loom     ${short(loom)}`);
}
