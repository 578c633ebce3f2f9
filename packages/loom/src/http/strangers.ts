import { Refused } from './refused.js';

/** What a browser says of where a request comes from. */
export interface Provenance {
  readonly origin: string | null | undefined;
  /** Sec-Fetch-Site. */
  readonly site: string | null | undefined;
}

/** Only what the page's own code and a person's address bar send. */
const OWN_FETCHES = ['same-origin', 'none'];

/** Throws where another page asked for this. `own` is the server's origin, such as `https://traces.example.com`. */
export function refuseOtherPages({ origin, site }: Provenance, own: string): void {
  if (
    (site !== undefined && site !== null && !OWN_FETCHES.includes(site)) ||
    (origin !== undefined && origin !== null && origin !== own)
  ) {
    throw new Refused(403, 'Another page asked for this. Type the address into the address bar yourself.');
  }
}
