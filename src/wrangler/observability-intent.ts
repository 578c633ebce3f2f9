export interface ObservabilityIntent {
  /** Share of requests to trace where traces are switched on now, 0 to 1. Default 0.1. */
  readonly sampling?: number | undefined;
  /**
   * Somebody asked for that rate: it is also filled in where traces are on already and, without a rate,
   * record every request. A rate that is written stays in any case.
   */
  readonly samplingAsked?: boolean | undefined;
  /** Adds `redact_query_string: true`, so that query strings stay out of recorded URLs. */
  readonly redactQueryString?: boolean | undefined;
  /** Names of destinations set up in Cloudflare's dashboard, that traces are sent to as well. */
  readonly destinations?: readonly string[] | undefined;
  /** Leaves alone what somebody switched off with an explicit `false`; it stays a finding. */
  readonly keepDisabled?: boolean | undefined;
}
