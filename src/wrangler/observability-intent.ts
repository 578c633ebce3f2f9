export interface ObservabilityIntent {
  /** Share of requests to trace where init turns traces on, 0 to 1. Default 0.1. */
  readonly sampling?: number | undefined;
  /** An explicit rate. It is also added where traces are on without a rate. An existing rate always stays. */
  readonly samplingAsked?: boolean | undefined;
  /** Adds `redact_query_string: true`, so that query strings stay out of recorded URLs. */
  readonly redactQueryString?: boolean | undefined;
  /** Names of destinations in Cloudflare's dashboard that also get the traces. */
  readonly destinations?: readonly string[] | undefined;
  /** Keeps an explicit `false`, which is still reported. */
  readonly keepDisabled?: boolean | undefined;
}
