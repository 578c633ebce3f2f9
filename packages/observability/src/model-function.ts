import { type ModelCall, openCall } from './model-call.js';
import { describeAnswer, describeCall, describeFailure } from './model-shapes.js';
import { watchStream } from './model-stream.js';
import type { Parent } from './node.js';
import { safely } from './warn.js';

// biome-ignore lint/suspicious/noExplicitAny: functions of any SDK; every step is guarded
type Any = any;

/**
 * Wraps one function that calls a model, such as `generateText` and `streamText` of the AI SDK. A stream is
 * recorded in the SDK's `onFinish`, because only the program may read the results.
 */
export function observedFunction(trace: Parent, fn: Any): Any {
  return new Proxy(fn, {
    apply: (_, self, args: Any[]) =>
      watched(
        fn,
        self,
        args,
        openCall(trace, () => describeCall(fn.name, args)),
      ),
  });
}

function watched(fn: Any, self: unknown, args: Any[], model: ModelCall): unknown {
  const seen = (answer: Any) =>
    safely(() => {
      // A stream has not ended yet: the end comes with the AI SDK's `onFinish`, or with the last piece of a
      // plain stream.
      if ('textStream' in Object(answer) || 'fullStream' in Object(answer)) return;
      const isBytes = answer instanceof ReadableStream;
      if (isBytes || !watchStream(answer, model)) model.done(describeAnswer(answer, args[0]?.model));
    });
  try {
    const answer: Any = Reflect.apply(fn, self, withHooks(fn.name, args, model));
    if (typeof answer?.then === 'function') answer.then(seen, model.failed);
    else seen(answer);
    return answer;
  } catch (error) {
    model.failed(error);
    throw error;
  }
}

/** The call's options with our hooks for the SDK. The program's own hooks are still called. */
function withHooks(name: string, args: Any[], model: ModelCall): Any[] {
  const [options, ...more] = args;
  if (!isOfAiSdk(name, options)) return args;
  const hooked = {
    ...options,
    onFinish(event: Any) {
      // `streamObject` has no finish reason, and reports here that the result does not match the schema.
      safely(() =>
        model.done({
          ...describeAnswer({ finishReason: '', ...event }, options.model),
          ...describeFailure(event),
        }),
      );
      return options.onFinish?.(event);
    },
    onError(event: Any) {
      model.failed(event?.error);
      if (options.onError) return options.onError(event);
      // biome-ignore lint/suspicious/noConsole: what the SDK itself does where nobody listens
      console.error(event?.error);
    },
    onAbort(event: Any) {
      model.done({ level: 'WARNING', statusMessage: 'aborted by the program' });
      return options.onAbort?.(event);
    },
  };
  return [hooked, ...more];
}

/** Its language models have a specification version (LanguageModelV2 and later), or are an id. */
function isOfAiSdk(name: string, options: Any): boolean {
  const model = options?.model;
  if (typeof model === 'string') return name === 'streamText' || name === 'streamObject';
  return typeof model === 'object' && model !== null && 'specificationVersion' in model;
}
