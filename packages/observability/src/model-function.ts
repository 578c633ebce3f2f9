import { describeAnswer, describeCall } from './model-shapes.js';
import { watchStream } from './model-stream.js';
import type { Parent } from './node.js';
import { createGeneration } from './trace.js';
import type { GenerationFields } from './types.js';
import { safely } from './warn.js';

// biome-ignore lint/suspicious/noExplicitAny: functions of any SDK; every step is guarded
type Any = any;

/**
 * One function that asks a model, such as `generateText` and `streamText` of the AI SDK. What streams is recorded
 * from the SDK's own `onFinish`: its results must not be read before their reader does.
 */
export function observedFunction(trace: Parent, fn: Any): Any {
  return new Proxy(fn, {
    apply(_, self, args: Any[]) {
      let end: ((fields: GenerationFields) => void) | undefined;
      safely(() => {
        const generation = createGeneration(trace, describeCall(fn.name, args));
        let isOpen = true;
        end = (fields) =>
          safely(() => {
            if (!isOpen) return;
            isOpen = false;
            generation.update(fields);
            generation.end();
          });
      });
      if (!end) return Reflect.apply(fn, self, args);
      return watched(fn, self, args, end);
    },
  });
}

function watched(fn: Any, self: unknown, args: Any[], end: (fields: GenerationFields) => void): unknown {
  const failed = (error: unknown) =>
    end({ level: 'ERROR', statusMessage: error instanceof Error ? error.message : String(error) });
  const seen = (answer: Any) =>
    safely(() => {
      // What streams has not ended yet: the AI SDK's `onFinish` tells, or the last piece of a plain stream.
      if ('textStream' in Object(answer) || 'fullStream' in Object(answer)) return;
      let first: GenerationFields = {};
      const begun = (fields: GenerationFields) => {
        first = fields;
      };
      const isBytes = answer instanceof ReadableStream;
      if (isBytes || !watchStream(answer, begun, (fields) => end({ ...first, ...fields }), failed)) {
        end(describeAnswer(answer));
      }
    });
  try {
    const answer: Any = Reflect.apply(fn, self, withHooks(args, end, failed));
    if (typeof answer?.then === 'function') answer.then(seen, failed);
    else seen(answer);
    return answer;
  } catch (error) {
    failed(error);
    throw error;
  }
}

/** The call's options with our ear at the SDK's hooks; a person's own hooks are called as before. */
function withHooks(
  args: Any[],
  end: (fields: GenerationFields) => void,
  failed: (error: unknown) => void,
): Any[] {
  const [options, ...more] = args;
  if (typeof options !== 'object' || options === null || !isAiSdkModel(options.model)) return args;
  const hooked = {
    ...options,
    onFinish(event: Any) {
      safely(() => end(describeAnswer(event)));
      return options.onFinish?.(event);
    },
    // Without a hook of theirs the SDK logs errors by itself, and must go on doing so.
    ...(options.onError && {
      onError(event: Any) {
        failed(event?.error);
        return options.onError(event);
      },
    }),
  };
  return [hooked, ...more];
}

/** The AI SDK's language models say which specification they follow (its LanguageModelV2 and later). */
function isAiSdkModel(model: Any): boolean {
  return typeof model === 'object' && model !== null && 'specificationVersion' in model;
}
