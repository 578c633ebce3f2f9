import { platform } from '#platform';
import { requests, storage } from './active.js';
import { isContext, readContext } from './context.js';
import { newId } from './id.js';
import { type Handle, type Node, nodes, type Options, type Parent } from './node.js';
import { record } from './recording.js';
import type { OpenRequest } from './request.js';
import { currentSettings } from './settings.js';
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

/** Returned when nothing is recorded: it only runs the given function. */
const OFF = inert('0'.repeat(32));

/**
 * Starts a trace. Call `run` on it, or `end`; without either, it ends by itself some seconds after its last
 * activity. Inside a running trace, it becomes a part of that trace. Without keys, it does nothing.
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
  return begin(options, 'span', parent);
}

/** Starts a call to a model. Its Atlas task is `generate` unless its metadata says otherwise. */
export function createGeneration(parent: Parent, options: GenerationOptions): Span {
  let named: Options = options;
  safely(() => {
    const atlas = { 'ai_task.type': 'generate', 'ai_task.model': options.model };
    named = { ...options, metadata: { ...atlas, ...options.metadata } };
  });
  return begin(named, 'generation', parent);
}

/** Records an event without a duration. */
export function logEvent(parent: Parent, options: EventOptions): void {
  begin(options, 'event', parent).end();
}

/**
 * Starts an observation under `parent` or the running observation, else as a separate trace. Without `type`,
 * the program asked for a trace.
 */
function begin(given: Options, type?: ObservationType, parent?: Parent): Handle {
  let started = OFF;
  safely(() => {
    let options = given;
    // A request context contains tokens. If it was passed as input, it is used as the context instead.
    if (isContext(given.input)) {
      options = { ...given, input: undefined, context: given.context ?? given.input };
    }
    const kind = options.type ?? type ?? kindOf(options.metadata);
    const running = parent ? nodes.get(parent) : (storage?.getStore() ?? requests.find?.(options));
    const node = type || running?.isOpen() ? running : undefined;
    if (node) started = (!type && node.claim?.(kind, options)) || node.here().child(kind, options, !type);
    else if (!parent) started = startTrace(kind, options, !type);
  });
  return started;
}

/** The default type, from the metadata. */
function kindOf(metadata: object = {}): ObservationType {
  const { 'touchpoint.type': touchpoint, 'data_artifact.category': data } = metadata as Record<
    string,
    unknown
  >;
  if (touchpoint !== 'mcp_server') return 'span';
  return data === 'context' ? 'retriever' : data ? 'span' : 'tool';
}

/** A separate trace, unless tracing is off. */
export function startTrace(
  kind: ObservationType,
  options: Options,
  isTrace: boolean,
  request?: OpenRequest,
): Handle {
  const settings = currentSettings();
  if (!settings) return OFF;
  const { parent, ...facts } = readContext(options.context, options.server, settings.traceparent);
  const { tracing } = platform;
  const native = tracing?.getActiveSpan?.();
  // In an untraced request, Cloudflare's ids are all zeros.
  const nativeId = native?.isTraced && native.spanContext?.().traceId.replace(/^0+$/, '');
  const traceId = parent?.traceId || nativeId || newId();
  // The caller's id takes precedence. Cloudflare's id is kept, so that you can find the same request in
  // Cloudflare's view.
  if (nativeId && parent) facts.metadata['cloudflare.trace_id'] = nativeId;
  const rate = settings.sampleRate;
  const sampled =
    rate === 'cloudflare'
      ? !tracing?.getActiveSpan || native?.isTraced === true
      : // The decision depends only on the trace id, so all parts of a trace decide alike.
        Number.parseInt(traceId.slice(-8), 16) / 2 ** 32 < rate;
  if (!sampled && !settings.keepErrors) return inert(traceId, true);
  const origin = { traceId, sampled, facts: { ...facts, parentId: parent?.spanId }, request };
  return record(settings, origin, kind, options, isTrace);
}

/** `hides` its functions from helpers that they call, which must not start their own traces. */
function inert(traceId: string, hides = false): Handle {
  const node: Node = {
    traceId,
    spanId: '',
    recording: nodes,
    isOpen: () => true,
    now: Date.now,
    here: () => node,
    child: () => OFF,
    score() {},
  };
  const handle: Handle = {
    id: traceId,
    traceId,
    update: () => handle,
    end() {},
    run<T>(fn: (self: typeof handle) => T) {
      return hides && storage ? storage.run(node, () => fn(handle)) : fn(handle);
    },
  };
  if (hides) nodes.set(handle, node);
  return handle;
}
