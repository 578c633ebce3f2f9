/** Characters of a body that are read for the record. */
const BODY_MAX = 65_536;
/** Milliseconds that a body may take. */
const BODY_TIME = 5_000;

/** The start of a body. Of a longer one the rest is not waited for. */
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
 * The body of an answer, from a copy: JSON parsed, other text as it is. Undefined for what is large, slow, a stream of
 * events, or no text.
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
