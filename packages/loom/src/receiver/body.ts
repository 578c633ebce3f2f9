import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** Langfuse has no hard limit and warns at 16 MB; this one only guards the machine. */
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

export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new Refused(413, `The body is larger than ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  let bytes = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'gzip') {
    bytes = await unzip(bytes, { maxOutputLength: MAX_BODY_BYTES }).catch(() => {
      throw new Refused(400, 'The body is not gzip, or too large once unpacked');
    });
  } else if (encoding !== 'identity') {
    throw new Refused(415, `Content-Encoding ${encoding} is not supported`);
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Refused(400, 'The body is not JSON');
  }
}
