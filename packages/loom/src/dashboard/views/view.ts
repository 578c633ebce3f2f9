import type { Sql } from '../../store/sql.js';
import type { PlatformView } from '../contract/platform.js';
import type { ViewName, ViewParams, Views } from '../contract/views.js';
import type { Home } from '../home.js';

/** Data sources of a view. It writes nothing: the database is opened for reading only. */
export interface ViewContext {
  readonly db: Sql;
  readonly home: Home;
  /** Unix ms. */
  readonly now: number;
  readonly project: string;
  /** Where the receiver listens, such as `http://127.0.0.1:4319`. */
  readonly receiverUrl: string;
  /** The Langfuse that traces are forwarded to, such as `https://cloud.langfuse.com`, where there are keys for one. */
  readonly langfuseUrl: string | null;
  /** Asks the platform for its spans of a trace. */
  readonly platform: (traceId: string) => Promise<PlatformView>;
}

/** One view: `id` is the value of `:id` in its path. */
export type View<Name extends ViewName> = (
  context: ViewContext,
  params: ViewParams<Name>,
  id: string,
) => Views[Name] | Promise<Views[Name]>;

/** A question that can't be answered: 400 for one that makes no sense, 404 for what is not there. */
export class ViewError extends Error {
  readonly status: 400 | 404;

  constructor(status: 400 | 404, message: string) {
    super(message);
    this.status = status;
  }
}
