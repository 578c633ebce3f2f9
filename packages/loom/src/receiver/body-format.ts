import { parseJson } from '../http/body-bounds.js';
import { Refused } from '../http/refused.js';
import { type HeadersIn, json, type Reply, type RouteRequest } from '../http/route.js';
import { writeStatus } from './protobuf.js';

type BodyFormat = 'json' | 'protobuf';

/** Declared format of the body. Undefined for other formats, such as a browser's plain forms. */
export function formatOf(headers: HeadersIn): BodyFormat | undefined {
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  return type === 'application/json' ? 'json' : type === 'application/x-protobuf' ? 'protobuf' : undefined;
}

/**
 * Only this content type is accepted: a browser sends a preflight for it, which is rejected for other sites.
 */
export async function readJson({ headers, body }: RouteRequest): Promise<unknown> {
  if (formatOf(headers) !== 'json') {
    throw new Refused(415, 'Content-Type must be application/json');
  }
  return parseJson(await body());
}

export function protobuf(status: number, bytes: Uint8Array): Reply {
  return { status, type: 'application/x-protobuf', body: bytes };
}

/** A refusal in the encoding of the request, as OTLP requires. */
export function refusalIn(headers: HeadersIn, message: string): Omit<Reply, 'status'> {
  return formatOf(headers) === 'protobuf' ? protobuf(0, writeStatus(message)) : json(0, { message });
}
