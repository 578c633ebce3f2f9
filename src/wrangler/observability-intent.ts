export interface ObservabilityIntent {
  /** Share of requests to trace where traces are switched on now, 0 to 1. Default 0.1. */
  readonly sampling?: number | undefined;
  /**
   * An explicit rate: it is also added where traces are on without a rate. A rate that is written stays in
   * any case.
   */
  readonly samplingAsked?: boolean | undefined;
  /** Adds `redact_query_string: true`, so that query strings stay out of recorded URLs. */
  readonly redactQueryString?: boolean | undefined;
  /** Names of destinations set up in Cloudflare's dashboard, that traces are sent to as well. */
  readonly destinations?: readonly string[] | undefined;
  /** Keeps an explicit `false`; it stays a finding. */
  readonly keepDisabled?: boolean | undefined;
}
