import { isRecord, recordsIn } from '../json-values.js';

/** Signs that another server answered: a page, a login, an empty body, or a redirect. */
export interface Foreign {
  readonly kind: 'foreign';
  readonly reason: string;
}

/** A JSON object, or the reason why the answer is not from Langfuse. */
export async function readAnswer(response: Response): Promise<Record<string, unknown> | Foreign> {
  const moved = redirectOf(response);
  if (moved) {
    return moved;
  }
  const text = await response.text();
  const type = response.headers.get('content-type')?.split(';')[0] ?? 'no content type';
  if (text.trim() === '') {
    return foreign(`HTTP ${response.status} with an empty body`);
  }
  try {
    const body: unknown = JSON.parse(text);
    if (isRecord(body)) {
      return body;
    }
  } catch {
    // Reported below.
  }
  return foreign(`HTTP ${response.status} with ${type} instead of a JSON object`);
}

export function isForeign(answer: Record<string, unknown> | Foreign): answer is Foreign {
  return answer.kind === 'foreign';
}

export function foreign(reason: string): Foreign {
  return { kind: 'foreign', reason };
}

/** Redirects are not followed, because they would receive the keys. */
function redirectOf(response: Response): Foreign | undefined {
  if (response.status < 300 || response.status > 399) {
    return undefined;
  }
  const location = response.headers.get('location') ?? '';
  const to = URL.canParse(location, response.url) ? ` to ${new URL(location, response.url).origin}` : '';
  return foreign(`HTTP ${response.status}, a redirect${to}`);
}

/** OTLP answers 200 even if it rejected some spans. Rejected spans would be rejected again. */
export function partialRejection(answer: Record<string, unknown>): string | undefined {
  const partial = isRecord(answer.partialSuccess) ? answer.partialSuccess : undefined;
  if (!(Number(partial?.rejectedSpans ?? 0) > 0)) {
    return undefined;
  }
  return typeof partial?.errorMessage === 'string' && partial.errorMessage !== ''
    ? partial.errorMessage
    : 'rejected in part';
}

/** The ingestion endpoint's result for each event, by id. Undefined if the answer has another format. */
export function eventOutcomes(
  answer: Record<string, unknown>,
): Map<string, { readonly status: number; readonly reason: string }> | undefined {
  if (!Array.isArray(answer.successes) || !Array.isArray(answer.errors)) {
    return undefined;
  }
  const outcomes = new Map<string, { status: number; reason: string }>();
  for (const { id, status } of recordsIn(answer, 'successes')) {
    outcomes.set(String(id), { status: Number(status) || 201, reason: '' });
  }
  for (const { id, status, message, error } of recordsIn(answer, 'errors')) {
    const words = [message, error].filter((text) => typeof text === 'string').join(': ');
    outcomes.set(String(id), { status: Number(status) || 400, reason: words.slice(0, 200) });
  }
  return outcomes;
}
