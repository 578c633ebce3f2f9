/**
 * Calls back when a call ends, and returns its result: a value unchanged, a promise as the same promise. Any
 * other thenable, such as a query builder, may start its work at each `then`. So `then` is called once, and a
 * promise replaces the thenable.
 */
export function follow<T>(value: T, done: (value: unknown) => void, failed: (error: unknown) => void): T {
  if (typeof (value as { then?: unknown } | undefined)?.then !== 'function') {
    done(value);
    return value;
  }
  const promise = value instanceof Promise ? value : Promise.resolve(value);
  promise.then(done, failed);
  return promise as T;
}
