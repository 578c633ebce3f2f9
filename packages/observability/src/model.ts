import { type ModelCall, openCall } from './model-call.js';
import { observedFunction } from './model-function.js';
import { describeAnswer, describeCall } from './model-shapes.js';
import { watchStream } from './model-stream.js';
import type { Parent } from './node.js';
import { currentSettings } from './settings.js';
import { safely } from './warn.js';

/** Methods that ask a model, by their path from the client. `run` is Workers AI. To know another SDK, add it here. */
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

/** Methods that come to ask by calling one of the above, perhaps later and more than once: those calls are recorded. */
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

/** Ways in which helpers reach the method, and its path from the client. */
const LINKS = new Map([
  ['_client', ''],
  ['modelsModule', 'models'],
]);

const PATHS = [...METHODS, ...HELPERS];

// biome-ignore lint/suspicious/noExplicitAny: a client of any SDK
type Any = any;

/**
 * Gives a client whose calls to models are recorded as generations of `trace` (or of what is running): Workers AI,
 * OpenAI and what is compatible with it, Anthropic, Google Gen AI, or one function that takes `{ model, ... }`.
 * Same type, same results, same errors; streams are recorded when they end, of helpers such as `messages.stream` and
 * `chats.create` each call that they make. Methods are called on the real client.
 */
export function observeModel<T>(trace: Parent, client: T): T {
  const target: Any = client;
  if (!currentSettings() || !target || (typeof target !== 'object' && typeof target !== 'function'))
    return client;
  const isPlainFunction = typeof target === 'function' && !('run' in target);
  return isPlainFunction ? observedFunction(trace, target) : within(trace, target, '');
}

/** The client, or a part of it on the way to a method that asks a model. */
function within(trace: Parent, target: Any, path: string): Any {
  const proxy: unknown = new Proxy(target, {
    // The receiver is the client itself: its getters and methods may use private fields, which a proxy has not.
    get(_, key) {
      const value = Reflect.get(target, key, target);
      const own = Reflect.getOwnPropertyDescriptor(target, key);
      // A proxy must not lie about what its target has fixed.
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
      // Called on the proxy, so that what it calls in turn is seen; an SDK of another make is left to itself.
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

/** Ends `model` with what `call` gives, and gives it on. */
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
  // A byte stream can only be watched by standing in its place, and so can the promise that brings it.
  if (answer instanceof Promise && answer.constructor === Promise) {
    const watched = answer.then((value) => (value instanceof ReadableStream ? seen(value) : value));
    answer.then((value) => value instanceof ReadableStream || seen(value), model.failed);
    return watched;
  }
  // The SDKs' own promises can do more than be awaited, and read the response only once they are.
  let begun = false;
  return new Proxy(answer, {
    get(target, key) {
      const value = Reflect.get(target, key, target);
      // A reader of the raw response reads it alone.
      if (key === 'asResponse' && !begun) model.done({});
      else if (!begun && ['then', 'catch', 'finally', 'withResponse', 'parse'].includes(String(key))) {
        begun = true;
        Reflect.apply(target.then, target, [seen, model.failed]);
      }
      // A promise that is made of this one, as helpers do, reads the response in its place.
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
