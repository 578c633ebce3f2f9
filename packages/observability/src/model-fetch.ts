import { platform } from '#platform';
import { type ModelCall, openCall } from './model-call.js';
import { describeAnswer, describeCall } from './model-shapes.js';
import { watchStream } from './model-stream.js';
import type { Parent } from './node.js';
import { currentSettings } from './settings.js';
import { safely } from './warn.js';

/** Bytes of a streamed answer that are read ahead of its reader, for the record; the rest is not looked at. */
const HELD_MAX = 8_000_000;

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
      const { ok, status } = response;
      if (!ok) model.failed(Object.assign(new Error(`HTTP ${status}`), { status }));
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
  const type = response.headers.get('content-type') ?? '';
  try {
    if (type.includes('event-stream') && response.body) return await readStream(response.body, model);
    if (/json|^$/.test(type)) return model.done(describeAnswer(await response.json()));
    // Speech, an image: nothing of it is for a record.
    void response.body?.cancel();
    model.done({ output: `[${type}]` });
  } catch (error) {
    // The parser's error may quote the body.
    if (error instanceof SyntaxError) model.done({ output: `[${type || 'no JSON'}]` });
    else model.failed(error);
  }
}

/** Reads a copy of the stream, which comes at the speed of the model: what a slower reader has yet to take is held. */
async function readStream(body: ReadableStream<Uint8Array>, model: ModelCall): Promise<void> {
  const stream = watchStream(body, model) as ReadableStream<Uint8Array>;
  let bytes = 0;
  for await (const part of stream as unknown as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > HELD_MAX) break;
  }
}

function addressOf(input: unknown): string {
  try {
    return input instanceof Request ? input.url : String(input);
  } catch {
    return ''; // the fetch itself reports any error
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
