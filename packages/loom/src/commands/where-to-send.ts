import { basicAuthorization, type Keys } from '../http/keys.js';

/** Variables that make a Worker and Claude Code send here. */
export function whereToSend(url: string, keys: Keys, network: boolean): string[] {
  const others = network
    ? 'Other machines can use only these keys.'
    : 'On this machine, any keys can write. Only these keys can read.';
  return [
    `Point a Worker here: LANGFUSE_BASE_URL=${url} LANGFUSE_PUBLIC_KEY=${keys.publicKey} LANGFUSE_SECRET_KEY=${keys.secretKey}`,
    others,
  ];
}

/** Agents take these from their own environment or settings only, so nothing can set them for them. */
export function agentHints(url: string, keys: Keys): string[] {
  const headers = `Authorization=${encodeURIComponent(basicAuthorization(keys))}`;
  const where = `OTEL_EXPORTER_OTLP_ENDPOINT=${url} OTEL_EXPORTER_OTLP_HEADERS=${headers}`;
  return [
    `Any program with OpenTelemetry: OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf ${where}`,
    `Claude Code: CLAUDE_CODE_ENABLE_TELEMETRY=1 OTEL_LOGS_EXPORTER=otlp OTEL_EXPORTER_OTLP_PROTOCOL=http/json ${where}`,
    `  and for its traces: CLAUDE_CODE_ENHANCED_TELEMETRY_BETA=1 OTEL_TRACES_EXPORTER=otlp`,
    `Codex, in config.toml: otel.trace_exporter = { otlp-http = { endpoint = "${url}/v1/traces", protocol = "binary", headers = { Authorization = "${basicAuthorization(keys)}" } } }`,
  ];
}
