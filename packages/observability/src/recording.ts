import { platform } from '#platform';
import { storage } from './active.js';
import type { RequestFacts } from './context.js';
import { encodeText } from './encode.js';
import { type Attributes, assign, assignShared, type Fields, LEVEL, MESSAGE, OUTPUT } from './fields.js';
import { type Handle, type Node, nodes, type Options } from './node.js';
import { errorMessage, toolError } from './outcome.js';
import type { NativeSpan } from './platform/platform.js';
import { deliver, later } from './schedule.js';
import type { Settings } from './settings.js';
import type { ObservationType, Usage } from './types.js';
import { safely } from './warn.js';
import { type KeyValue, keyValues, type NewScore, newId, scoreJson, spanJson } from './wire.js';

/** Milliseconds without anything new after which a trace that nobody runs or ends is taken as over. */
const IDLE = 5_000;
/** The same for a trace in which something was begun and never ended. */
const ABANDONED = 600_000;
/** A trace that is open longer than this sends what has ended meanwhile, every so often. Milliseconds. */
const LONG = 1_000;
/** Ended observations that are held back at most, in number. */
const BUFFER = 100;

/** The same for a trace that is sent only if it fails; of more, the latest are kept. */
const UNSAMPLED = 500;

/** Where a trace comes from: its id, whether it is sampled, and what is known of the request. */
export interface Origin {
  traceId: string;
  sampled: boolean;
  facts: RequestFacts;
}

/** Starts recording a trace, and gives the handle of its root. */
export function record(settings: Settings, origin: Origin, kind: ObservationType, options: Options): Handle {
  const { traceId, facts } = origin;
  // One clock per trace, so that no child ends after its parent because a clock was set meanwhile.
  const epoch = Date.now() - performance.now();
  const now = () => epoch + performance.now();
  const began = now();
  const shared: Attributes = {};
  const rootMetadata: Attributes = {};
  let { sampled } = origin;
  let spans: ((common: KeyValue[]) => string)[] = [];
  let scores: NewScore[] = [];
  let open = 0;
  /** True once `run` sees to the end. */
  let managed = false;
  let closed = false;
  let touched = began;
  let cancel: (() => void) | undefined;

  /** Hands over what has ended. A trace that is not sampled waits for its end: it may fail and be wanted. */
  function send(): Promise<void> | undefined {
    if (!sampled && !closed) {
      spans.splice(0, spans.length - UNSAMPLED);
      return;
    }
    const ended = spans;
    const given = scores;
    spans = [];
    scores = [];
    if (!sampled || ended.length + given.length === 0) return;
    return deliver(() => {
      const common = keyValues([], shared);
      return {
        settings,
        spans: ended.map((json) => json(common)),
        scores: given.map((score) => scoreJson(settings, { traceId }, score)),
      };
    });
  }

  /** Looks at the trace again in `ms`: it may be long, or over without anybody having said so. */
  function arm(ms: number): void {
    cancel ??= later(ms, (final) => {
      cancel = undefined;
      if (!managed && !closed) {
        // A timer may be a little early.
        if (final || now() - touched > (open === 1 ? ms - 10 : ABANDONED)) root.end();
        else arm(IDLE);
      }
      return send();
    });
  }

  function observe(
    type: ObservationType,
    options: Options & Fields,
    parentSpanId: string | undefined,
    isRoot: boolean,
  ): Handle {
    const fields: Fields = { ...options, type };
    const spanId = newId().slice(16);
    const name = encodeText(String(fields.name), settings, 500);
    open++;
    const start = now();
    touched = start;
    let stop = 0;
    const attributes: Attributes = {};
    const metadata = isRoot ? rootMetadata : {};

    const handle: Handle = {
      id: isRoot ? traceId : spanId,
      traceId,

      update(fields: Fields) {
        safely(() => {
          if (stop) return;
          assign(fields, settings, attributes, metadata);
          if (isRoot) assignShared(fields, settings, shared);
        });
        return handle;
      },

      end(output?: unknown, usage?: Usage) {
        safely(() => {
          if (stop) return;
          handle.update({ output, usage });
          stop = touched = now();
          open--;
          const isError = attributes[LEVEL] === 'ERROR';
          spans.push((common) => {
            const list = keyValues([...common], attributes);
            // On the server the trace's metadata wins; what an observation says of itself is the nearer truth.
            keyValues(list, rootMetadata, 'langfuse.trace.metadata.', isRoot ? {} : metadata);
            keyValues(list, metadata, 'langfuse.observation.metadata.');
            if (isRoot && parentSpanId) keyValues(list, { 'langfuse.internal.is_app_root': true });
            return spanJson({ traceId, spanId, parentSpanId, name }, start, stop, list, isError);
          });
          if (isRoot) {
            closed = true;
            cancel?.();
            sampled ||= settings.keepErrors && isError;
            if (settings.scores.includes('success')) scores.push({ name: 'success', value: !isError });
            if (settings.scores.includes('latency'))
              scores.push({ name: 'latency', value: (stop - start) / 1000 });
          }
          if (closed || spans.length >= BUFFER) void send();
          else if (!managed) arm(IDLE);
          else if (stop - began > LONG) arm(LONG);
        });
      },

      run<T>(fn: (self: typeof handle) => T): T {
        managed ||= isRoot;
        let native: NativeSpan | undefined;
        let outcome: { value: T } | { error: unknown } | undefined;

        const settle = (result: unknown, thrown?: { error: unknown }) => {
          safely(() => {
            const isTold = settings.captureOutput === 'full';
            const message = thrown ? errorMessage(thrown.error) : toolError(result, isTold);
            if (message === undefined) return;
            handle.update({ level: 'ERROR', statusMessage: message });
            native?.setStatus?.({ code: 'error', message: String(attributes[MESSAGE]) });
          });
          handle.end(OUTPUT in attributes ? undefined : result);
        };
        const failed = (error: unknown) => settle(undefined, { error });

        const call = (span?: NativeSpan): T => {
          safely(() => {
            if (!span?.isTraced) return;
            native = span;
            for (const entry of Object.entries({ ...metadata, 'langfuse.trace.id': traceId })) {
              span.setAttribute?.(...(entry as [string, string]));
            }
          });
          let value: T;
          try {
            value = storage ? storage.run(node, () => fn(handle)) : fn(handle);
          } catch (error) {
            outcome = { error };
            failed(error);
            throw error;
          }
          outcome = { value };
          safely(() => {
            if (typeof (value as { then?: unknown } | undefined)?.then !== 'function') return settle(value);
            // A foreign thenable, such as a query builder, may start its work at each `then`: it is called once.
            if (!(value instanceof Promise)) {
              value = Promise.resolve(value) as T;
              outcome = { value };
            }
            (value as Promise<unknown>).then(settle, failed);
          });
          return value;
        };

        const { tracing } = platform;
        const enter = tracing?.startActiveSpan ?? tracing?.enterSpan;
        if (enter) {
          try {
            // Cloudflare cuts names after 64 characters.
            const wrapped: unknown = enter.call(tracing, name.slice(0, 64), call);
            // The platform's promise may be another one than fn's, whose error somebody awaits. This may not leak.
            if (wrapped instanceof Promise) wrapped.catch(() => {});
          } catch {
            // Either fn's own error, which is thrown on below, or the platform's, which is nobody's business.
          }
        }
        if (!outcome) return call();
        if ('error' in outcome) throw outcome.error;
        return outcome.value;
      },
    };

    const node: Node = {
      traceId,
      spanId,
      recording: shared,
      here() {
        const current = isRoot && storage?.getStore();
        return current && current.recording === shared ? current : node;
      },
      child(type, options) {
        return observe(type, options, spanId, false);
      },
      score(score) {
        scores.push(isRoot ? score : { ...score, observationId: spanId });
        if (closed) void send();
      },
    };
    nodes.set(handle, node);
    return handle.update(fields);
  }

  const { parentId, ...known } = facts;
  const { environment, release } = settings;
  const metadata = { ...known.metadata, ...options.metadata };
  const root = observe(kind, { ...known, ...options, environment, release, metadata }, parentId, true);
  // By then `run` would have been called: generated code calls it at once.
  Promise.resolve().then(() => safely(() => managed || closed || arm(IDLE)));
  return root;
}
