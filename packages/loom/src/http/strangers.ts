import { Refused } from './refused.js';

/** Headers with the origin of a browser's request. */
export interface Provenance {
  readonly origin: string | null | undefined;
  /** The header Sec-Fetch-Site. */
  readonly site: string | null | undefined;
}

/** Sent only by the page's own code, or for an address that the user typed. */
const OWN_FETCHES = ['same-origin', 'none'];

/**
 * Throws if another site's page sent the request. `own` is the server's origin, such as
 * `https://traces.example.com`.
 */
export function refuseOtherPages({ origin, site }: Provenance, own: string): void {
  if (
    (site !== undefined && site !== null && !OWN_FETCHES.includes(site)) ||
    (origin !== undefined && origin !== null && origin !== own)
  ) {
    throw new Refused(403, 'Another page sent this request. Type the address into the address bar yourself.');
  }
}
