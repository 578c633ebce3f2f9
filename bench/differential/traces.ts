import { setTimeout as sleep } from 'node:timers/promises';
import type { Receiver } from '@create-something/loom/receiver';
import { isRefused, type Made } from './calls.js';

const TRACE_TIMEOUT_MS = 5000;

const CALL = 'tools/call';

/** Counts the traces of each call, and reports missing, surplus and wrong ones. */
export class TraceJudge {
  readonly wrong: string[] = [];
  expected = 0;
  right = 0;
  readonly #receiver: Receiver;
  /** Every request of the server is recorded, also those of tools that `init` left to a person. */
  readonly #isObserved: boolean;
  #seen = 0;

  constructor(receiver: Receiver, isObserved: boolean) {
    this.#receiver = receiver;
    this.#isObserved = isObserved;
    this.#seen = this.#calls().length;
  }

  /** The traces of calls. The server is observed, so `initialize` and lists have traces too. */
  #calls() {
    return this.#receiver.traces().filter(({ metadata }) => (metadata['mcp.method.name'] ?? CALL) === CALL);
  }

  /** Runs after a call. It needs one trace, with an error if the SDK refused the call or the tool is manual. */
  async judge(made: Made, isTraced: boolean): Promise<void> {
    const refused = isRefused(made);
    const count = isTraced || refused || this.#isObserved ? 1 : 0;
    this.expected += count;
    const deadline = Date.now() + TRACE_TIMEOUT_MS;
    while (this.#calls().length < this.#seen + count && Date.now() < deadline) await sleep(20);
    // Wait for a possible second trace.
    await sleep(30);
    const traces = this.#calls().toSorted((a, b) => a.startMs - b.startMs);
    const came = traces.slice(this.#seen);
    this.#seen = traces.length;
    if (came.length !== count) {
      this.wrong.push(`${made.tool}: ${came.length} traces (${came.map((one) => one.name)})`);
      return;
    }
    const [trace] = came;
    if (!trace) return;
    if (trace.name.slice(trace.name.indexOf(':') + 1) !== made.tool) {
      this.wrong.push(`${made.tool}: its trace is named ${trace.name}`);
    } else if (refused && trace.level !== 'ERROR') {
      this.wrong.push(`${made.tool}: refused, and its trace is no error`);
    } else if (!holds(trace.input, made.input)) {
      this.wrong.push(`${made.tool}: input ${JSON.stringify(trace.input)} for ${JSON.stringify(made.input)}`);
    } else this.right += 1;
  }
}

/** Returns true if a trace's input equals the call's arguments. Schemas may add defaults, and secrets are masked. */
function holds(input: unknown, given: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(given);
  if (keys.length === 0) return true;
  if (typeof input !== 'object' || input === null) return false;
  return keys.every((key) => {
    const value = (input as Record<string, unknown>)[key];
    return value === '[masked]' || contains(value, given[key]);
  });
}

function contains(value: unknown, given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return value === given;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(given).every(([key, one]) => contains((value as Record<string, unknown>)[key], one));
}
