import type { Described } from './model-shapes.js';
import { nodes, type Parent } from './node.js';
import { thrown } from './outcome.js';
import { createGeneration } from './trace.js';
import type { GenerationFields, GenerationOptions } from './types.js';
import { safely } from './warn.js';

/** The generation of a running model call. Only the first of `done` and `failed` counts. */
export interface ModelCall {
  /** From the trace's clock in microseconds, so that the first token is not before the start. */
  now(): string;
  update(fields: GenerationFields): void;
  done(fields: Described): void;
  failed(error: unknown): void;
}

/** Opens the generation of a call, for `describe`. */
export function openCall(trace: Parent, describe: () => GenerationOptions): ModelCall {
  let options: GenerationOptions = { name: 'generation' };
  safely(() => {
    options = describe();
  });
  const generation = createGeneration(trace, options);
  const done = ({ others, ...fields }: Described) => {
    for (const other of others ?? []) createGeneration(generation, other).end();
    generation.update(fields);
    generation.end();
  };
  return {
    now() {
      const ms = nodes.get(generation)?.now() ?? Date.now();
      return new Date(ms).toISOString().replace('Z', `${(ms % 1).toFixed(3).slice(2)}Z`);
    },
    update: (fields) => void generation.update(fields),
    done,
    failed(error) {
      const { type, message } = thrown(error).error ?? { type: 'exception', message: '' };
      done({ level: 'ERROR', statusMessage: message, metadata: { 'error.type': type } });
    },
  };
}
