import { Refused } from './refused.js';

/** Headers in which a browser names the origin of a request. */
export interface Provenance {
  readonly origin: string | null | undefined;
  /** Sec-Fetch-Site. */
  readonly site: string | null | undefined;
}

/** Only sent by the page's own code and by an address bar. */
const OWN_FETCHES = ['same-origin', 'none'];

/** Throws where another page asked for this. `own` is the server's origin, such as `https://traces.example.com`. */
export function refuseOtherPages({ origin, site }: Provenance, own: string): void {
  if (
    (site !== undefined && site !== null && !OWN_FETCHES.includes(site)) ||
    (origin !== undefined && origin !== null && origin !== own)
  ) {
    throw new Refused(403, 'Another page sent this request. Type the address into the address bar yourself.');
  }
}
