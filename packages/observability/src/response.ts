/** Bytes of a body that are read for the record. */
const BODY_MAX = 65_536;
/** Milliseconds that a body may take. */
const BODY_TIME = 5_000;

/**
 * The body of an answer, from a copy: JSON parsed, other text as it is. Undefined for what is large, slow, a stream of
 * events, or no text.
 */
export async function readBody(response: Response): Promise<unknown> {
  const { headers, bodyUsed, body } = response;
  const type = headers.get('content-type') ?? '';
  if (bodyUsed || !body || body.locked || !/json|^text\/(?!event)/.test(type)) return undefined;
  if (Number(headers.get('content-length')) > BODY_MAX) return undefined;
  const reader = (response.clone().body as ReadableStream<Uint8Array>).getReader();
  const timer = setTimeout(() => reader.cancel(), BODY_TIME);
  const decoder = new TextDecoder();
  let text = '';
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    text += decoder.decode(value, { stream: !done });
    if (done) break;
    size += value.length;
    if (size <= BODY_MAX) continue;
    void reader.cancel();
    text = '';
    break;
  }
  clearTimeout(timer);
  try {
    return type.includes('json') ? JSON.parse(text) : text || undefined;
  } catch {
    return undefined;
  }
}
