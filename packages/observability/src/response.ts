/** The number of characters of a body that are recorded. */
const BODY_MAX = 65_536;
/** The time limit for reading a body, in milliseconds. */
const BODY_TIME = 5_000;

/** The start of a body. The rest of a longer one is not read. */
export async function readText(body: ReadableStream<Uint8Array> | null, max = BODY_MAX): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const part of (body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(part, { stream: true });
    if (text.length > max) break;
  }
  return text;
}

/**
 * The body of an answer, read from a copy. JSON is parsed, other text is unchanged. Undefined for a large or
 * slow body, a stream of events, or binary data.
 */
export async function readBody(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (response.bodyUsed || !/json|^text\/(?!event)/.test(type)) return undefined;
  const text = await Promise.race([
    readText(response.clone().body),
    new Promise<string>((resolve) => setTimeout(resolve, BODY_TIME, '')),
  ]);
  if (text.length > BODY_MAX) return undefined;
  return type.includes('json') ? JSON.parse(text) : text || undefined;
}
