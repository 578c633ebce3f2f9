import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Compares digests, so that the duration reveals neither length nor content. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** A secret for one purpose, in hex. It reveals neither the token nor the secrets of other purposes. */
export function derivedSecret(token: string, purpose: string): string {
  return createHmac('sha256', token).update(purpose).digest('hex');
}
