import { platform } from '#platform';
import { type ModelCall, openCall } from './model-call.js';
import { describeAnswer, describeCall } from './model-shapes.js';
import { watchStream } from './model-stream.js';
import type { Parent } from './node.js';
import { currentSettings } from './settings.js';
import { safely } from './warn.js';

/**
 * Gives a `fetch` whose call to a model's HTTP API is recorded as a generation of `trace` (or of what is running).
 * Same response, same errors; the record is read from a copy of the body, while the request is kept alive.
 */
export function observeFetch<T>(trace: Parent, fetcher: T): T {
  const settings = currentSettings();
  if (typeof fetcher !== 'function' || !settings) return fetcher;
  const call: (...args: unknown[]) => Promise<Response> = fetcher as never;
  const observed = async (...args: unknown[]): Promise<Response> => {
    // In the place of the global one it is asked to send our own records as well.
    const address = addressOf(args[0]);
    if (address.startsWith(settings.baseUrl)) return call(...args);
    const model = openCall(trace, () => {
      const call = describeCall(hostOf(address), [bodyOf(args[1])]);
      return { ...call, model: call.model ?? modelIn(address) };
    });
    try {
      const response = await call(...args);
      if (!response.ok) model.failed(`HTTP ${response.status}`);
      else {
        safely(() => {
          const reading = read(response.clone(), model);
          platform.keepAlive?.(reading);
        });
      }
      return response;
    } catch (error) {
      model.failed(error);
      throw error;
    }
  };
  return observed as T;
}

async function read(response: Response, model: ModelCall): Promise<void> {
  try {
    if (response.headers.get('content-type')?.includes('event-stream') && response.body) {
      return await (watchStream(response.body, model) as ReadableStream).pipeTo(new WritableStream());
    }
    model.done(describeAnswer(await response.json()));
  } catch (error) {
    model.failed(error);
  }
}

function addressOf(input: unknown): string {
  try {
    return input instanceof Request ? input.url : String(input);
  } catch {
    return ''; // whatever it is, the fetch itself will say so
  }
}

/** The host alone: a query may hold a key. */
function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).hostname : 'fetch';
}

/** Google names the model in the path: `/v1beta/models/gemini-x:generateContent`. */
function modelIn(address: string): string | undefined {
  return /\/models\/([^/:?]+):/.exec(address)?.[1];
}

/** A body that is no JSON is not one of the APIs that are known here. */
function bodyOf(init: unknown): unknown {
  try {
    return JSON.parse(Object(init).body);
  } catch {
    return undefined;
  }
}
