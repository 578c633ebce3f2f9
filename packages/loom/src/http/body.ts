import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import { type Encoding, isZlib, readEncoding, refuseAnnounced, tooLarge } from './body-bounds.js';
import { type Budget, busy, type Reservation } from './budget.js';
import { Refused } from './refused.js';

const UNPACKERS = { gzip: promisify(gunzip), zlib: promisify(inflate), raw: promisify(inflateRaw) };

export interface Bounds {
  /** Size limits of the body, as sent and unpacked. */
  readonly maxBytes: number;
  readonly budget: Budget;
  readonly reservation: Reservation;
}

/** Rejects a body because of its headers, before reading any of it. */
export function refuseBySize(request: IncomingMessage, maxBytes: number): void {
  const { 'content-length': length, 'transfer-encoding': transfer } = request.headers;
  refuseAnnounced({ length, transfer }, maxBytes);
}

/** The body, unpacked. */
export async function readBody(request: IncomingMessage, bounds: Bounds): Promise<Buffer> {
  const encoding = readEncoding(request.headers['content-encoding']);
  const bytes = await collect(request, bounds);
  return encoding === 'identity' ? bytes : bounds.budget.runAlone(() => unpack(bytes, encoding, bounds));
}

function collect(request: IncomingMessage, { maxBytes, reservation }: Bounds): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = () => {
      request.off('data', add);
      request.off('end', end);
      request.off('close', cut);
      // Reads and drops the rest, so that the client can read the response.
      request.resume();
    };
    const add = (chunk: Buffer) => {
      try {
        size += chunk.length;
        if (size > maxBytes) {
          throw tooLarge(maxBytes);
        }
        reservation.take(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        stop();
        reject(error);
      }
    };
    const end = () => {
      stop();
      resolve(Buffer.concat(chunks));
    };
    const cut = () => {
      stop();
      reject(new Refused(400, 'The body ended early'));
    };
    request.on('data', add);
    request.once('end', end);
    request.once('close', cut);
    request.once('error', reject);
  });
}

async function unpack(
  bytes: Buffer,
  encoding: Encoding,
  { maxBytes, budget, reservation }: Bounds,
): Promise<Buffer> {
  const kind = encoding === 'deflate' ? (isZlib(bytes) ? 'zlib' : 'raw') : 'gzip';
  const limit = Math.min(maxBytes, budget.left);
  if (limit < 1) {
    throw busy();
  }
  try {
    const unpacked = await UNPACKERS[kind](bytes, { maxOutputLength: limit });
    reservation.take(unpacked.length);
    return unpacked;
  } catch (error) {
    if (error instanceof Refused) {
      throw error;
    }
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') {
      throw new Refused(400, `The body is not ${encoding}`);
    }
    throw limit < maxBytes ? busy() : tooLarge(maxBytes, ' once unpacked');
  }
}
