import type { NewScore } from './score-json.js';
import type { GenerationOptions, ObservationType, Span, Trace, TraceOptions } from './types.js';

export type Options = TraceOptions & GenerationOptions;

/** A trace and an observation at once: the root of a trace is both. */
export type Handle = Trace & Span;

/** Where to hang an observation: a trace, another observation, or (undefined) whatever is running. */
export type Parent = Trace | Span | undefined;

/** The inside of a handle. */
export interface Node {
  readonly traceId: string;
  readonly spanId: string;
  /** The same object for all of one recording: two recordings may share a trace id. */
  readonly recording: object;
  /** False once the trace is over: what begins then is a trace of its own. */
  isOpen(): boolean;
  /** Milliseconds since the epoch, by the trace's clock. */
  now(): number;
  /** The running observation of a trace, if the runtime can find it; else the trace itself. */
  here(): Node;
  child(kind: ObservationType, options: Options, isTrace?: boolean): Handle;
  score(score: NewScore): void;
  /** Of a request at a server: its trace, for the first who asks. */
  claim?(kind: ObservationType, options: Options): Handle | undefined;
}

/** Handles show the public methods; internal state is stored separately. */
export const nodes = new WeakMap<object, Node>();
