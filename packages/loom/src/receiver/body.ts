import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** Langfuse has no hard limit for OTLP and warns at 16 MB; this one only guards the machine. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

const unzip = promisify(gunzip);

/** What an HTTP answer says when a request can't be taken. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function readBody(request: IncomingMessage, maxBytes: number = MAX_BODY_BYTES): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new Refused(413, `The body is larger than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'gzip') {
    return unzip(bytes, { maxOutputLength: maxBytes }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ERR_BUFFER_TOO_LARGE'
        ? new Refused(413, `The body is larger than ${maxBytes} bytes once unpacked`)
        : new Refused(400, 'The body is not gzip');
    });
  }
  if (encoding !== 'identity') {
    throw new Refused(415, `Content-Encoding ${encoding} is not supported`);
  }
  return bytes;
}

export async function readJson(request: IncomingMessage, maxBytes?: number): Promise<unknown> {
  return parseJson(await readBody(request, maxBytes));
}

export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Refused(400, 'The body is not JSON');
  }
}
