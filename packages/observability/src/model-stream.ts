import type { ModelCall } from './model-call.js';
import { type Described, describeFailure, describeUsage, modelOf } from './model-shapes.js';
import type { GenerationFields } from './types.js';
import { safely } from './warn.js';

// biome-ignore lint/suspicious/noExplicitAny: the events of several providers; every step is guarded
type Any = any;

/** The number of characters of a streamed answer that are recorded. The stream itself is not cut. */
const KEPT = 100_000;

/**
 * Watches a streamed answer and returns its replacement: the same object for an async iterable, a stream of
 * the same bytes for a byte stream; undefined if the answer is neither. `model` is notified of the first
 * piece and of the end, even if the reader stops early.
 */
export function watchStream(answer: Any, model: ModelCall): unknown {
  const { failed } = model;
  const pieces = new Pieces(model);
  const end = () => model.done(pieces.fields());
  if (answer instanceof ReadableStream) return watchBytes(answer, pieces, end, failed);
  // The streams of OpenAI and Anthropic, and their `tee`, use `iterator`.
  const key = typeof answer?.iterator === 'function' ? 'iterator' : Symbol.asyncIterator;
  const iterate = answer?.[key];
  if (typeof answer?.[Symbol.asyncIterator] !== 'function') return undefined;
  const watch = (iterator: Any) => ({
    ...watched(iterator, pieces, end, failed),
    [Symbol.asyncIterator]() {
      return this;
    },
  });
  // A generator is its own iterator, so its methods are replaced. An SDK's stream creates one iterator.
  const own: object =
    typeof answer.next === 'function'
      ? watched(answer, pieces, end, failed)
      : { [key]: () => watch(Reflect.apply(iterate, answer, [])) };
  for (const name of Reflect.ownKeys(own)) {
    Object.defineProperty(answer, name, { value: (own as Any)[name], configurable: true, writable: true });
  }
  return answer;
}

/** The methods of `iterator`, which also report their results. */
function watched(iterator: Any, pieces: Pieces, end: () => void, failed: (error: unknown) => void) {
  const { next, return: stop, throw: abort } = iterator;
  const step = async (method: Any, args: unknown[]) => {
    try {
      const result: Any = await Reflect.apply(method, iterator, args);
      if (result.done) end();
      else pieces.add(result.value);
      return result;
    } catch (error) {
      failed(error);
      throw error;
    }
  };
  return {
    next: (...args: unknown[]) => step(next, args),
    return(value: unknown) {
      if (stop) return step(stop, [value]);
      end();
      return Promise.resolve({ done: true, value });
    },
    ...(abort && { throw: (error: unknown) => step(abort, [error]) }),
  };
}

/** Server-sent events, as Workers AI streams them, read at the pace of the reader. */
function watchBytes(
  stream: ReadableStream<Uint8Array>,
  pieces: Pieces,
  end: () => void,
  failed: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let line = '';
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          safely(() => {
            const lines = (line + decoder.decode(value, { stream: !done })).split('\n');
            // Before the end, the last line is incomplete. A very long line is not an event but, for example,
            // an image.
            line = done ? '' : (lines.pop() ?? '').slice(0, KEPT);
            for (const text of lines) readEvent(text, pieces);
          });
          if (done) {
            end();
            return controller.close();
          }
          controller.enqueue(value);
        } catch (error) {
          failed(error);
          controller.error(error);
        }
      },
      cancel(reason) {
        end();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** One line of server-sent events. Lines that are not JSON, such as `[DONE]`, are skipped. */
function readEvent(line: string, pieces: Pieces): void {
  try {
    if (line.startsWith('data:')) pieces.add(JSON.parse(line.slice(5)));
  } catch {}
}

/** Puts the pieces of an answer together. */
class Pieces {
  #text = '';
  readonly #usage: Any = {};
  readonly #failure: GenerationFields = {};
  #model: string | undefined;
  #whole: unknown;
  #begun = false;

  constructor(readonly model: ModelCall) {}

  add(piece: Any): void {
    safely(() => {
      if (!this.#begun) {
        this.#begun = true;
        this.model.update({ completionStartTime: this.model.now() });
      }
      const message = piece?.message ?? (typeof piece?.response === 'object' ? piece.response : piece);
      const { usage, usageMetadata, output } = Object(message);
      const counts = Object.entries({ ...usageMetadata, ...usage, ...piece?.usage });
      // Anthropic reports usage in its first and its last event. In the last event, null means unchanged.
      for (const [kind, count] of counts) if (count !== null) this.#usage[kind] = count;
      this.#model = modelOf(message) ?? this.#model;
      Object.assign(this.#failure, describeFailure(piece), describeFailure(message));
      // OpenAI's responses end with the whole answer.
      if (Array.isArray(output) && output.length) this.#whole = output;
      const text = textOf(piece);
      if (typeof text === 'string' && this.#text.length < KEPT) this.#text += text;
    });
  }

  fields(): Described {
    return {
      output: this.#whole ?? this.#text,
      model: this.#model,
      ...this.#failure,
      ...describeUsage(this.#usage, { model: this.#model }),
    };
  }
}

/**
 * The text of a piece: OpenAI chat, OpenAI responses, Anthropic, Workers AI, Google. For tool calls, the name
 * and the arguments.
 */
function textOf(piece: Any): unknown {
  const delta = piece?.choices?.[0]?.delta ?? piece?.delta;
  if (typeof delta === 'string') return delta;
  if (delta) {
    const calls = delta.tool_calls?.map(({ function: called }: Any) => told(called?.name, called?.arguments));
    return delta.content ?? delta.text ?? delta.partial_json ?? calls?.join('');
  }
  if (typeof piece?.response === 'string') return piece.response;
  if (piece?.content_block) return piece.content_block.name;
  const parts = piece?.candidates?.[0]?.content?.parts?.map(({ text, thought, functionCall: called }: Any) =>
    called ? told(called.name, JSON.stringify(called.args)) : thought ? '' : text,
  );
  return parts?.join('');
}

function told(name = '', args = ''): string {
  return name + args;
}
