import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Compared by digest, so that neither length nor content shows in the time it takes. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** A secret for one purpose, in hex: whoever learns it learns neither the token nor another purpose's. */
export function derivedSecret(token: string, purpose: string): string {
  return createHmac('sha256', token).update(purpose).digest('hex');
}
