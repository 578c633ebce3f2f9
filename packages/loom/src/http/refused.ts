import type { OutgoingHttpHeaders } from 'node:http';

/** What an HTTP answer says when a request can't be taken. */
export class Refused extends Error {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;

  constructor(status: number, message: string, headers: OutgoingHttpHeaders = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}
