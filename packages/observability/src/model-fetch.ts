import { platform } from '#platform';
import { describeAnswer, describeCall } from './model-shapes.js';
import { watchStream } from './model-stream.js';
import type { Parent } from './node.js';
import { currentSettings } from './settings.js';
import { createGeneration } from './trace.js';
import type { GenerationFields } from './types.js';
import { safely } from './warn.js';

/**
 * Gives a `fetch` whose call to a model's HTTP API is recorded as a generation of `trace` (or of what is running).
 * Same response, same errors; the record is read from a copy of the body, while the request is kept alive.
 */
export function observeFetch<T>(trace: Parent, fetcher: T): T {
  if (typeof fetcher !== 'function' || !currentSettings()) return fetcher;
  const call: (...args: unknown[]) => Promise<Response> = fetcher as never;
  const observed = async (...args: unknown[]): Promise<Response> => {
    let end: ((fields: GenerationFields) => void) | undefined;
    safely(() => {
      const generation = createGeneration(trace, describeCall(hostOf(args[0]), [bodyOf(args[1])]));
      end = (fields) =>
        safely(() => {
          generation.update(fields);
          generation.end();
        });
    });
    if (!end) return call(...args);
    const done = end;
    try {
      const response = await call(...args);
      if (!response.ok) done({ level: 'ERROR', statusMessage: `HTTP ${response.status}` });
      else {
        safely(() => {
          const reading = read(response.clone(), done);
          platform.keepAlive?.(reading);
        });
      }
      return response;
    } catch (error) {
      done({ level: 'ERROR', statusMessage: messageOf(error) });
      throw error;
    }
  };
  return observed as T;
}

async function read(response: Response, done: (fields: GenerationFields) => void): Promise<void> {
  const failed = (error: unknown) => done({ level: 'ERROR', statusMessage: messageOf(error) });
  try {
    if (response.headers.get('content-type')?.includes('event-stream') && response.body) {
      let first: GenerationFields = {};
      const stream = watchStream(
        response.body,
        (fields) => {
          first = fields;
        },
        (fields) => done({ ...first, ...fields }),
        failed,
      ) as ReadableStream;
      return await stream.pipeTo(new WritableStream());
    }
    done(describeAnswer(await response.json()));
  } catch (error) {
    failed(error);
  }
}

/** The host alone: a query may hold a key. */
function hostOf(input: unknown): string {
  const address = input instanceof Request ? input.url : String(input);
  return URL.canParse(address) ? new URL(address).hostname : 'fetch';
}

function bodyOf(init: unknown): unknown {
  const { body } = Object(init);
  return typeof body === 'string' ? JSON.parse(body) : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
