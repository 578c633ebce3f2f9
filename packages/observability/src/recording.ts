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

/** Milliseconds without activity after which a trace that does not run counts as ended. */
const IDLE = 5_000;
/** The same for a trace with an observation that was never ended. */
const ABANDONED = 600_000;
/** A longer trace sends its ended spans in this interval, in milliseconds. */
const LONG = 1_000;
/** After a handler ends, the SDKs send its answer within this number of microtasks. */
const ANSWER = 50;
/** The largest number of ended observations that wait. */
const BUFFER = 100;
/** The same for a trace that is only sent if it fails. With more, the latest are kept. */
const UNSAMPLED = 500;

/** Origin of a trace: its id, whether it is sampled, and facts about the request. */
export interface Origin {
  traceId: string;
  sampled: boolean;
  facts: RequestFacts;
  /** The server's request that the trace belongs to. */
  request: OpenRequest | undefined;
}

/**
 * Starts recording a trace, and returns the handle of its root.
 * @param isTrace true if the program created the trace; it ends by itself if it is neither run nor ended
 */
export function record(
  settings: Settings,
  { traceId, facts, request, ...origin }: Origin,
  kind: ObservationType,
  options: Options,
  isTrace: boolean,
): Handle {
  // One clock per trace, so that a change of the system's time does not make a child end after its parent.
  const epoch = Date.now() - performance.now();
  const now = () => epoch + performance.now();
  const began = now();
  const trace: TraceData = { traceId, fields: {}, metadata: {} };
  let { sampled } = origin;
  let spans: SpanData[] = [];
  let scores: NewScore[] = [];
  let open = 0;
  /** True if `run` will end the trace. */
  let managed = false;
  let closed = false;
  let touched = began;
  let cancel: (() => void) | undefined;

  /**
   * Passes on ended spans. A trace that is not sampled waits for its end, because failed traces may be sent.
   */
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

  /** Checks the trace again after `ms`, because it may run long, or end without a call. */
  function arm(ms: number): void {
    cancel ??= later(ms, (final) => {
      cancel = undefined;
      if (request?.onAnswer) request.onAnswer();
      else if (!managed && !closed) {
        // A timer may be a little early. A trace with open spans is given up much later.
        const isForgotten = open > 1 || !isTrace;
        if (final || now() - touched > (isForgotten ? ABANDONED : ms - 10)) {
          if (isForgotten) root.update({ level: 'WARNING', statusMessage: 'given up: it was never ended' });
          root.end();
        } else arm(IDLE);
      }
      return send();
    });
  }

  /** Most answers follow at once, and a timer for each would cost more than the rest of the request. */
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
    /** True after `end`: the program will not change it any more. */
    let ended = false;
    let isPaused = false;
    /** True if the program itself set a level that is not an error. */
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

    /** Records the outcome. A level that the program set has priority. */
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
        const mayShowText = settings.captureOutput === 'full';
        const method = () => span.metadata['mcp.method.name'] as string | undefined;
        const done = (result: unknown) => {
          if (!(result instanceof Response)) {
            let how: Outcome = {};
            safely(() => {
              how = returned(result, mayShowText, method());
            });
            return close(result, how);
          }
          const { status } = result;
          const reading = readBody(result)
            .catch(() => {})
            .then((body) => {
              const said = returned(body, mayShowText, method());
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
            // Either fn's error, which is thrown below, or the platform's error, which is ignored.
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
  // Generated code calls `run` at once, so now it will not be called.
  Promise.resolve().then(() => safely(() => managed || closed || arm(IDLE)));
  return root;
}
