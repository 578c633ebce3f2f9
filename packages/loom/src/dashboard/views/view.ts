import type { Sql } from '../../store/sql.js';
import type { PlatformView } from '../contract/platform.js';
import type { ViewName, ViewParams, Views } from '../contract/views.js';
import type { Home } from '../home.js';

/** Data sources of a view. A view writes nothing: the database is opened read-only. */
export interface ViewContext {
  readonly db: Sql;
  readonly home: Home;
  /** Unix ms. */
  readonly now: number;
  readonly project: string;
  /** Address of the receiver, such as `http://127.0.0.1:4319`. */
  readonly receiverUrl: string;
  /** The Langfuse that traces are forwarded to, such as `https://cloud.langfuse.com`; null without keys. */
  readonly langfuseUrl: string | null;
  /** Fetches the platform's spans of a trace. */
  readonly platform: (traceId: string) => Promise<PlatformView>;
}

/** One view: `id` is the value of `:id` in its path. */
export type View<Name extends ViewName> = (
  context: ViewContext,
  params: ViewParams<Name>,
  id: string,
) => Views[Name] | Promise<Views[Name]>;

/** A request that can't be answered: 400 if it is invalid, 404 if the object does not exist. */
export class ViewError extends Error {
  readonly status: 400 | 404;

  constructor(status: 400 | 404, message: string) {
    super(message);
    this.status = status;
  }
}
