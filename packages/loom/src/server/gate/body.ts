import { Gunzip, Inflate, Unzlib } from 'fflate';
import { type Encoding, isZlib, readEncoding, refuseAnnounced, tooLarge } from '../../http/body-bounds.js';
import { type Budget, busy, type Reservation } from '../../http/budget.js';
import { Refused } from '../../http/refused.js';

/** Limits of one request in an isolate of 128 MB, as sent and unpacked, in bytes. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Limit of all requests of an isolate together, in bytes. */
export const ISOLATE_BYTES = 48 * 1024 * 1024;
/**
 * Input to unpack at a time. Deflate expands at most 1,032 times, so a compression bomb is noticed within 4
 * MB.
 */
const SLICE_BYTES = 4096;

export interface Bounds {
  readonly maxBytes: number;
  readonly budget: Budget;
  readonly reservation: Reservation;
}

/**
 * The body, unpacked. Bytes are counted as they arrive, and rejected at the limit. workerd's own
 * DecompressionStream unpacks all written bytes before a read, so it would unpack a compression bomb
 * completely.
 */
export async function readBody(request: Request, bounds: Bounds): Promise<Uint8Array> {
  const { headers } = request;
  const maxBytes = Math.min(bounds.maxBytes, MAX_BODY_BYTES);
  refuseAnnounced(
    { length: headers.get('content-length'), transfer: headers.get('transfer-encoding') },
    maxBytes,
  );
  const encoding = readEncoding(headers.get('content-encoding'));
  const bytes = await collect(request, maxBytes, bounds.reservation);
  return encoding === 'identity' ? bytes : unpack(bytes, encoding, { ...bounds, maxBytes });
}

async function collect(request: Request, maxBytes: number, reservation: Reservation): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  try {
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      const chunk = next.value as Uint8Array;
      size += chunk.length;
      if (size > maxBytes) {
        throw tooLarge(maxBytes);
      }
      reservation.take(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    // Stops reading.
    await reader?.cancel().catch(() => {});
    throw error instanceof Refused ? error : new Refused(400, 'The body ended early');
  }
  return joined(chunks, size);
}

function unpack(
  bytes: Uint8Array,
  encoding: Encoding,
  { maxBytes, budget, reservation }: Bounds,
): Uint8Array {
  const limit = Math.min(maxBytes, budget.left);
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isDone = false;
  const take = (chunk: Uint8Array, final: boolean) => {
    size += chunk.length;
    chunks.push(chunk);
    isDone ||= final;
  };
  const stream =
    encoding === 'gzip' ? new Gunzip(take) : isZlib(bytes) ? new Unzlib(take) : new Inflate(take);
  try {
    for (let at = 0; at < bytes.length && size <= limit; at += SLICE_BYTES) {
      stream.push(bytes.subarray(at, at + SLICE_BYTES), at + SLICE_BYTES >= bytes.length);
    }
  } catch {
    throw new Refused(400, `The body is not ${encoding}`);
  }
  if (size > limit) {
    throw limit < maxBytes ? busy() : tooLarge(maxBytes, ' once unpacked');
  }
  if (!isDone) {
    throw new Refused(400, `The body is not ${encoding}`);
  }
  reservation.take(size);
  return joined(chunks, size);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (only && chunks.length === 1) {
    return only;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
