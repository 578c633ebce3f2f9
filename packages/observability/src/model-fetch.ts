import { platform } from '#platform';
import { type ModelCall, openCall } from './model-call.js';
import { describeAnswer, describeCall } from './model-shapes.js';
import { watchStream } from './model-stream.js';
import type { Parent } from './node.js';
import { currentSettings } from './settings.js';
import { safely } from './warn.js';

/**
 * The number of bytes of a streamed answer that may be read before its reader takes them. More are not
 * recorded.
 */
const HELD_MAX = 8_000_000;

/**
 * Returns a `fetch` that records calls to a model's HTTP API as generations of `trace`, or of the running
 * observation. Responses and errors are unchanged. The record is read from a copy of the body, and the
 * request stays alive for that time.
 */
export function observeFetch<T>(trace: Parent, fetcher: T): T {
  const settings = currentSettings();
  if (typeof fetcher !== 'function' || !settings) return fetcher;
  const call: (...args: unknown[]) => Promise<Response> = fetcher as never;
  const observed = async (...args: unknown[]): Promise<Response> => {
    // If it replaces the global fetch, it also gets our own requests.
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
    // Speech and images are not recorded.
    void response.body?.cancel();
    model.done({ output: `[${type}]` });
  } catch (error) {
    // The parser's error may quote the body.
    if (error instanceof SyntaxError) model.done({ output: `[${type || 'no JSON'}]` });
    else model.failed(error);
  }
}

/**
 * Reads a copy of the stream at the speed of the model. Bytes that a slower reader has not taken yet stay in
 * memory.
 */
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

/** Only the host, because a query may contain a key. */
function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).hostname : 'fetch';
}

/** Google names the model in the path: `/v1beta/models/gemini-x:generateContent`. */
function modelIn(address: string): string | undefined {
  return /\/models\/([^/:?]+):/.exec(address)?.[1];
}

/** None of the known APIs has a body that is not JSON. */
function bodyOf(init: unknown): unknown {
  try {
    return JSON.parse(Object(init).body);
  } catch {
    return undefined;
  }
}
