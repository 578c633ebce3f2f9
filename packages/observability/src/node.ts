import type { NewScore } from './score-json.js';
import type { GenerationOptions, ObservationType, Span, Trace, TraceOptions } from './types.js';

export type Options = TraceOptions & GenerationOptions;

/** A trace and an observation. The root of a trace is both. */
export type Handle = Trace & Span;

/** The parent of an observation: a trace, another observation, or the running one if undefined. */
export type Parent = Trace | Span | undefined;

/** The internal state of a handle. */
export interface Node {
  readonly traceId: string;
  readonly spanId: string;
  /** The same object for one recording, because two recordings may have the same trace id. */
  readonly recording: object;
  /** False after the trace has ended. An observation that starts then is a separate trace. */
  isOpen(): boolean;
  /** Milliseconds since the epoch, by the trace's clock. */
  now(): number;
  /** The running observation of a trace, if the runtime can find it; else the trace itself. */
  here(): Node;
  child(kind: ObservationType, options: Options, isTrace?: boolean): Handle;
  score(score: NewScore): void;
  /** For a request at a server: returns its trace on the first call. */
  claim?(kind: ObservationType, options: Options): Handle | undefined;
}

/** Handles show the public methods; internal state is stored separately. */
export const nodes = new WeakMap<object, Node>();
