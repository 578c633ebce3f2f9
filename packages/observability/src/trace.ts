import { platform } from '#platform';
import { storage } from './active.js';
import { readContext } from './context.js';
import { type Handle, type Node, nodes, type Options, type Parent } from './node.js';
import { type Origin, record } from './recording.js';
import { currentSettings, type Settings } from './settings.js';
import type {
  EventOptions,
  GenerationOptions,
  ObservationType,
  Span,
  SpanOptions,
  Trace,
  TraceOptions,
} from './types.js';
import { safely } from './warn.js';
import { newId } from './wire.js';

/** What is handed out when nothing is recorded: it does nothing but run what it is given. */
const OFF = inert('0'.repeat(32));

/**
 * Starts a trace. Call `run` on it, or `end`; without either it ends by itself some seconds after the last thing
 * that happened in it. Without keys it does nothing.
 */
export function createTrace(options: TraceOptions): Trace {
  return begin(options);
}

/** `createTrace(options).run(fn)`. */
export function withTrace<T>(options: TraceOptions, fn: (trace: Trace) => T): T {
  return createTrace(options).run(fn);
}

/** Starts a sub-operation. */
export function createSpan(parent: Parent, options: SpanOptions): Span {
  return begin(options, 'span', parent ?? null);
}

/** Starts a call to a model. Its Atlas task is `generate` unless its metadata says otherwise. */
export function createGeneration(parent: Parent, options: GenerationOptions): Span {
  let named: Options = options;
  safely(() => {
    const atlas = { 'ai_task.type': 'generate', 'ai_task.model': options.model };
    named = { ...options, metadata: { ...atlas, ...options.metadata } };
  });
  return begin(named, 'generation', parent ?? null);
}

/** Records something that happened at one moment. */
export function logEvent(parent: Parent, options: EventOptions): void {
  begin(options, 'event', parent ?? null).end();
}

/** Without `parent` a new trace; with null, under what is running, or else a trace of its own. */
function begin(options: Options, type?: ObservationType, parent?: Parent | null): Handle {
  let started = OFF;
  safely(() => {
    const { 'touchpoint.type': touchpoint } = (options.metadata ?? {}) as { 'touchpoint.type'?: string };
    const kind = options.type ?? type ?? (touchpoint === 'mcp_server' ? 'tool' : 'span');
    const node = parent ? nodes.get(parent) : parent === null && storage?.getStore();
    if (node) started = node.here().child(kind, options);
    const settings = node || parent ? undefined : currentSettings();
    if (!settings) return;
    const origin = findOrigin(settings, options);
    started =
      origin.sampled || settings.keepErrors
        ? record(settings, origin, kind, options)
        : inert(origin.traceId, true);
  });
  return started;
}

/** `hides` what it runs from the helpers that it calls: they must not start traces of their own. */
function inert(traceId: string, hides = false): Handle {
  const node: Node = {
    traceId,
    spanId: '',
    recording: nodes,
    here() {
      return node;
    },
    child() {
      return OFF;
    },
    score() {},
  };
  const handle: Handle = {
    id: traceId,
    traceId,
    update() {
      return handle;
    },
    end() {},
    run<T>(fn: (self: typeof handle) => T) {
      return hides && storage ? storage.run(node, () => fn(handle)) : fn(handle);
    },
  };
  if (hides) nodes.set(handle, node);
  return handle;
}

function findOrigin(settings: Settings, { context, server }: TraceOptions): Origin {
  const { parent, ...facts } = readContext(context, server);
  const { tracing } = platform;
  const native = tracing?.getActiveSpan?.();
  // In an untraced request Cloudflare's ids are nothing but zeros.
  const nativeId = native?.isTraced && native.spanContext?.().traceId.replace(/^0+$/, '');
  const traceId = parent?.traceId || nativeId || newId();
  // The caller's id wins; Cloudflare's is kept to find the platform's view of the same request.
  if (nativeId && parent) facts.metadata['cloudflare.trace_id'] = nativeId;
  const rate = settings.sampleRate;
  const sampled =
    rate === 'cloudflare'
      ? !tracing?.getActiveSpan || native?.isTraced === true
      : // The decision is the id's: everything that shares a trace id decides alike.
        Number.parseInt(traceId.slice(-8), 16) / 2 ** 32 < rate;
  return { traceId, sampled, facts: { ...facts, parentId: parent?.spanId } };
}
