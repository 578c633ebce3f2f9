import { type ModelCall, openCall } from './model-call.js';
import { observedFunction } from './model-function.js';
import { describeAnswer, describeCall } from './model-shapes.js';
import { watchStream } from './model-stream.js';
import type { Parent } from './node.js';
import { currentSettings } from './settings.js';
import { safely } from './warn.js';

/**
 * Methods that call a model, by their path from the client. `run` is Workers AI. To know another SDK, add it
 * here.
 */
const METHODS = new Set([
  'run',
  'chat.completions.create',
  'chat.completions.parse',
  'beta.chat.completions.parse',
  'responses.create',
  'responses.parse',
  'messages.create',
  'messages.parse',
  'beta.messages.create',
  'beta.messages.parse',
  'models.generateContent',
  'models.generateContentStream',
]);

/** Methods that call one of the above, perhaps later and several times. Those calls are recorded. */
const HELPERS = new Set([
  'chat.completions.stream',
  'chat.completions.runTools',
  'beta.chat.completions.stream',
  'beta.chat.completions.runTools',
  'responses.stream',
  'messages.stream',
  'beta.messages.stream',
  'chats.create',
]);

/** Calls of helpers, and the path of the method that they call. */
const LINKS = new Map([
  ['_client', ''],
  ['modelsModule', 'models'],
]);

const PATHS = [...METHODS, ...HELPERS];

// biome-ignore lint/suspicious/noExplicitAny: a client of any SDK
type Any = any;

/**
 * Returns a client that records its model calls as generations of `trace`, or of the running observation. It
 * supports Workers AI, OpenAI and compatible clients, Anthropic, Google Gen AI, or one function that takes
 * `{ model, ... }`. Type, results and errors are unchanged. Streams are recorded when they end. For helpers
 * such as `messages.stream` and `chats.create`, each of their calls is recorded. Methods are called on the
 * real client.
 */
export function observeModel<T>(trace: Parent, client: T): T {
  const target: Any = client;
  if (!currentSettings() || !target || (typeof target !== 'object' && typeof target !== 'function'))
    return client;
  const isPlainFunction = typeof target === 'function' && !('run' in target);
  return isPlainFunction ? observedFunction(trace, target) : within(trace, target, '');
}

/** The client, or a part of it that leads to a method that calls a model. */
function within(trace: Parent, target: Any, path: string): Any {
  const proxy: unknown = new Proxy(target, {
    // The receiver is the client itself: its getters and methods may use private fields, which a proxy does
    // not have.
    get(_, key) {
      const value = Reflect.get(target, key, target);
      const own = Reflect.getOwnPropertyDescriptor(target, key);
      // A proxy must return the true value of a fixed property.
      if (own && !own.configurable && !own.writable && 'value' in own) return value;
      const link = path ? LINKS.get(String(key)) : undefined;
      const at = link ?? (path ? `${path}.${String(key)}` : String(key));
      if (METHODS.has(at) && typeof value === 'function') return observed(trace, value, target, at);
      if (typeof value === 'object' && value) {
        return link !== undefined || PATHS.some((known) => known.startsWith(`${at}.`))
          ? within(trace, value, at)
          : value;
      }
      if (typeof value !== 'function' || key === 'constructor') return value;
      // Call the method on the proxy, so that its calls are recorded. Other SDKs are not changed.
      if (HELPERS.has(at) && [...LINKS.keys()].some((name) => name in target)) return value;
      return calledOn(value, (self) => (self === proxy ? target : self));
    },
  });
  return proxy;
}

/** The method itself, with all its properties, called on another `this`. */
function calledOn(method: Any, choose: (self: unknown) => unknown): Any {
  return new Proxy(method, { apply: (_, self, args) => Reflect.apply(method, choose(self), args) });
}

function observed(trace: Parent, method: Any, owner: unknown, name: string): Any {
  return new Proxy(method, {
    apply: (_, self, args: unknown[]) =>
      follow(
        openCall(trace, () => describeCall(name, args)),
        () => Reflect.apply(method, owner ?? self, args),
      ),
  });
}

/** Ends `model` with the result of `call`, and returns that result. */
function follow(model: ModelCall, call: () => Any): unknown {
  const seen = (answer: Any): Any => {
    let given = answer;
    safely(() => {
      const stream = watchStream(answer, model);
      if (stream) given = stream;
      else model.done(describeAnswer(answer));
    });
    return given;
  };
  let answer: Any;
  try {
    answer = call();
  } catch (error) {
    model.failed(error);
    throw error;
  }
  if (typeof answer?.then !== 'function') return seen(answer);
  // A byte stream and its promise must be replaced to be observed.
  if (answer instanceof Promise && answer.constructor === Promise) {
    const watched = answer.then((value) => (value instanceof ReadableStream ? seen(value) : value));
    answer.then((value) => value instanceof ReadableStream || seen(value), model.failed);
    return watched;
  }
  // The SDKs' promises have further methods, and only read the response when they are awaited.
  let begun = false;
  return new Proxy(answer, {
    get(target, key) {
      const value = Reflect.get(target, key, target);
      // The raw response is left to its reader.
      if (key === 'asResponse' && !begun) model.done({});
      else if (!begun && ['then', 'catch', 'finally', 'withResponse', 'parse'].includes(String(key))) {
        begun = true;
        Reflect.apply(target.then, target, [seen, model.failed]);
      }
      // Helpers derive a promise from this one, and the derived promise reads the response.
      else if (!begun && key === '_thenUnwrap') {
        return (transform: Any) => {
          begun = true;
          target.asResponse().then(undefined, model.failed);
          const change = (answer: unknown, ...more: unknown[]) => transform(seen(answer), ...more);
          return Reflect.apply(value, target, [change]);
        };
      }
      return typeof value === 'function' ? calledOn(value, () => target) : value;
    },
  });
}
