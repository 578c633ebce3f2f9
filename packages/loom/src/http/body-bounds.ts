import { Refused } from './refused.js';

export type Encoding = 'identity' | 'gzip' | 'deflate';

/** Supported values of Content-Encoding. */
export function readEncoding(header: string | null | undefined): Encoding {
  const encoding = (header ?? 'identity').trim().toLowerCase();
  switch (encoding) {
    case 'identity':
    case 'gzip':
    case 'deflate':
      return encoding;
    case 'x-gzip':
      return 'gzip';
    default:
      throw new Refused(415, `Content-Encoding ${encoding} is not supported. Send gzip, deflate or none.`, {
        'accept-encoding': 'gzip, deflate',
      });
  }
}

/** Rejects a body because of its headers, before reading any of it. */
export function refuseAnnounced(
  { length, transfer }: { length: string | null | undefined; transfer: string | null | undefined },
  maxBytes: number,
): void {
  const isUnannounced = transfer !== undefined && transfer !== null;
  if (Number(length ?? 0) > maxBytes || (maxBytes === 0 && isUnannounced)) {
    throw tooLarge(maxBytes);
  }
}

/** In HTTP, "deflate" means zlib (RFC 9110, 8.4.1.2), but some clients send the raw stream. */
export function isZlib(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}

export function tooLarge(maxBytes: number, when = ''): Refused {
  return new Refused(
    413,
    maxBytes === 0 ? 'This route accepts no body' : `The body is larger than ${maxBytes} bytes${when}`,
  );
}

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new Refused(400, 'The body is not JSON');
  }
}
