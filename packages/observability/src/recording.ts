import { platform } from '#platform';
import { storage } from './active.js';
import type { RequestFacts } from './context.js';
import { encodeText } from './encode.js';
import { assign, assignShared, type Fields } from './fields.js';
import { follow } from './follow.js';
import { newId } from './id.js';
import { type Handle, type Node, nodes, type Options } from './node.js';
import { answered, type Outcome, returned, thrown } from './outcome.js';
import type { NativeSpan } from './platform/platform.js';
import type { OpenRequest } from './request.js';
import { readBody } from './response.js';
import { deliver, later } from './schedule.js';
import { type NewScore, scoreJson } from './score-json.js';
import type { Settings } from './settings.js';
import type { Plain, SpanData, TraceData } from './span.js';
import { conventions } from './targets/conventions.js';
import type { ObservationType, Usage } from './types.js';
import { safely } from './warn.js';

/** Milliseconds without activity after which a trace that is neither running nor ended counts as over. */
const IDLE = 5_000;
/** The same for a trace in which something was begun and never ended. */
const ABANDONED = 600_000;
/** A trace that is open longer than this sends what has ended meanwhile, every so often. Milliseconds. */
const LONG = 1_000;
/** Turns of the queue of microtasks, after a handler's end, within which the SDKs send its answer. */
const ANSWER = 50;
/** Ended observations that are held back at most, in number. */
const BUFFER = 100;
/** The same for a trace that is sent only if it fails; of more, the latest are kept. */
const UNSAMPLED = 500;

/** Origin of a trace: its id, whether it is sampled, and facts about the request. */
export interface Origin {
  traceId: string;
  sampled: boolean;
  facts: RequestFacts;
  /** The request at a server that the trace is of. */
  request: OpenRequest | undefined;
}

/**
 * Starts recording a trace, and gives the handle of its root.
 * @param isTrace whether the program asked for a trace, which ends by itself when it is neither run nor ended
 */
export function record(
  settings: Settings,
  { traceId, facts, request, ...origin }: Origin,
  kind: ObservationType,
  options: Options,
  isTrace: boolean,
): Handle {
  // One clock per trace, so that no child ends after its parent because a clock was set meanwhile.
  const epoch = Date.now() - performance.now();
  const now = () => epoch + performance.now();
  const began = now();
  const trace: TraceData = { traceId, fields: {}, metadata: {} };
  let { sampled } = origin;
  let spans: SpanData[] = [];
  let scores: NewScore[] = [];
  let open = 0;
  /** True once `run` sees to the end. */
  let managed = false;
  let closed = false;
  let touched = began;
  let cancel: (() => void) | undefined;

  /** Passes on ended spans. A trace that is not sampled waits for its end: it may fail and be wanted. */
  function send(): Promise<void> | undefined {
    if (!sampled && !closed) {
      spans.splice(0, spans.length - UNSAMPLED);
      return;
    }
    const parcel = {
      settings,
      spans,
      scores: scores.map((score) => scoreJson(settings, { traceId }, score)),
    };
    spans = [];
    scores = [];
    return sampled && parcel.spans.length + parcel.scores.length ? deliver(parcel) : undefined;
  }

  /** Checks the trace again in `ms`: it may be long, or over without an end call. */
  function arm(ms: number): void {
    cancel ??= later(ms, (final) => {
      cancel = undefined;
      if (request?.onAnswer) request.onAnswer();
      else if (!managed && !closed) {
        // A timer may be a little early. Started spans that are awaited are given up much later.
        const isForgotten = open > 1 || !isTrace;
        if (final || now() - touched > (isForgotten ? ABANDONED : ms - 10)) {
          if (isForgotten) root.update({ level: 'WARNING', statusMessage: 'given up: it was never ended' });
          root.end();
        } else arm(IDLE);
      }
      return send();
    });
  }

  /** An answer follows at once, in most cases: a timer for each would cost more than all the rest of the request. */
  async function watch(request: OpenRequest): Promise<void> {
    for (let turn = 0; turn < ANSWER && !request.isAnswered; turn++) await undefined;
    if (!request.isAnswered) arm(IDLE);
  }

  function observe(
    type: ObservationType,
    options: Options & Fields,
    parentId: string | undefined,
    isRoot: boolean,
    hasTraceFields: boolean,
  ): Handle {
    open++;
    const start = isRoot && request ? epoch + request.begun : now();
    touched = now();
    const span: SpanData = {
      trace,
      spanId: newId().slice(16),
      parentId,
      name: encodeText(String(options.name), settings, 500),
      isRoot,
      start,
      stop: 0,
      fields: {},
      metadata: isRoot ? trace.metadata : {},
    };
    const { spanId, fields } = span;
    let native: NativeSpan | undefined;
    const told: Record<string, unknown> = {};
    /** True after `end`: the program has no more to say. */
    let ended = false;
    let isPaused = false;
    /** True once the program said by itself that this is no error. */
    let isFine = false;

    const set = (given: Fields) => {
      assign(given, settings, span);
      if (hasTraceFields) assignShared(given, settings, trace, isRoot);
    };

    /**
     * Fields that Cloudflare shows and sends to any OpenTelemetry backend. workerd warns about duplicates.
     */
    const describe = () => {
      const attributes = { ...conventions(span), 'langfuse.trace.id': traceId };
      for (const [key, value] of Object.entries(attributes)) {
        if (value === undefined || told[key] === value) continue;
        told[key] = value;
        native?.setAttribute?.(key, value as Plain);
      }
    };

    /** Puts down how it ended. An explicit level of the program has priority. */
    const judge = ({ error, paused }: Outcome, isThrown = false) => {
      if (paused) {
        isPaused = true;
        set({ statusMessage: fields['statusMessage'] ?? 'waits for input' });
      }
      if (!error || (isFine && !isThrown)) return;
      set({
        level: 'ERROR',
        statusMessage: fields['statusMessage'] ?? error.message,
        metadata: {
          'error.type': span.metadata['error.type'] ?? error.type,
          'rpc.response.status_code': error.code,
        },
      });
      native?.setStatus?.({ code: 'error', message: String(fields['statusMessage']) });
    };

    const finish = () => {
      if (span.stop) return;
      if (isRoot && request) judge(request.outcome);
      if (fields.level === 'ERROR') span.metadata['error.type'] ??= 'tool_error';
      span.stop = touched = now();
      open--;
      spans.push(span);
      if (isRoot) {
        const isError = fields.level === 'ERROR';
        closed = true;
        cancel?.();
        cancel = undefined;
        sampled ||= settings.keepErrors && isError;
        if (settings.scores.includes('success') && !isPaused)
          scores.push({ name: 'success', value: !isError });
        if (settings.scores.includes('latency'))
          scores.push({ name: 'latency', value: (span.stop - start) / 1000 });
      }
      // Spans that end after their root are sent together, too.
      if (isRoot || spans.length >= BUFFER) void send();
      else if (closed) arm(LONG);
      else if (!managed) arm(IDLE);
      else if (span.stop - began > LONG) arm(LONG);
    };

    const handle: Handle = {
      id: hasTraceFields ? traceId : spanId,
      traceId,

      update(given: Fields) {
        safely(() => {
          if (ended) return;
          set(given);
          if (given.level) isFine = given.level !== 'ERROR';
        });
        return handle;
      },

      end(output?: unknown, usage?: Usage) {
        safely(() => {
          if (ended) return;
          set({ output, usage });
          ended = true;
          if (native) describe();
          if (!isRoot || !request || request.isAnswered) return finish();
          // The trace of a request is over when the answer leaves: the SDK may still refuse the output.
          request.onAnswer = finish;
          cancel?.();
          cancel = undefined;
          void watch(request);
        });
      },

      run<T>(fn: (self: typeof handle) => T): T {
        managed ||= isRoot;
        let outcome: { value: T } | { error: unknown } | undefined;

        const close = (output: unknown, how: Outcome, isThrown = false) => {
          safely(() => ended || judge(how, isThrown));
          handle.end('output' in fields ? undefined : output);
        };
        const isTold = settings.captureOutput === 'full';
        const method = () => span.metadata['mcp.method.name'] as string | undefined;
        const done = (result: unknown) => {
          if (!(result instanceof Response)) {
            let how: Outcome = {};
            safely(() => {
              how = returned(result, isTold, method());
            });
            return close(result, how);
          }
          const { status } = result;
          const reading = readBody(result)
            .catch(() => {})
            .then((body) => {
              const said = returned(body, isTold, method());
              close(body ?? `HTTP ${status}`, said.error ? said : answered(status));
            });
          platform.keepAlive?.(reading);
        };
        const failed = (error: unknown) => close(undefined, thrown(error, method()), true);

        const call = (inner?: NativeSpan): T => {
          safely(() => {
            if (!inner?.isTraced) return;
            native = inner;
            describe();
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
            value = follow(value, done, failed);
            outcome = { value };
          });
          return value;
        };

        const { tracing } = platform;
        const enter = tracing?.startActiveSpan ?? tracing?.enterSpan;
        if (enter) {
          try {
            // Cloudflare cuts names after 64 characters.
            const wrapped: unknown = enter.call(tracing, span.name.slice(0, 64), call);
            // The platform's promise may differ from fn's, whose error is awaited by the caller. This may not
            // leak.
            if (wrapped instanceof Promise) wrapped.catch(() => {});
          } catch {
            // Either fn's own error, which is thrown below, or the platform's, which concerns no one.
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
      recording: trace,
      isOpen: () => !closed,
      now,
      here() {
        const current = isRoot && storage?.getStore();
        return current && current.recording === trace ? current : node;
      },
      child(type, options, isTrace = false) {
        return observe(type, options, spanId, false, isTrace);
      },
      score(score) {
        scores.push(isRoot ? score : { ...score, observationId: spanId });
        if (closed) void send();
      },
    };
    nodes.set(handle, node);
    safely(() => set({ ...options, type }));
    return handle;
  }

  const { parentId, ...known } = facts;
  const { environment, release } = settings;
  const metadata = { ...known.metadata, ...options.metadata };
  const root = observe(
    kind,
    { ...known, ...options, environment, release, metadata } as Options,
    parentId,
    true,
    true,
  );
  // By then `run` would have been called: generated code calls it at once.
  Promise.resolve().then(() => safely(() => managed || closed || arm(IDLE)));
  return root;
}
