import { basicAuthorization, type Keys } from '../http/keys.js';

/** A program that receives traces. */
export interface Receiving {
  readonly url: string;
  readonly keys: Keys;
}

/** How to get the settings below; by default the port is not named. */
export function settingsHint(url: string, defaultPort: number): string {
  const { port } = new URL(url);
  const flag = port === String(defaultPort) ? '' : ` --port ${port}`;
  return `Settings for a Worker, Claude Code, Codex and others: lm dashboard --settings${flag}`;
}

/** Variables that make a Worker send here. */
export function workerSettings({ url, keys }: Receiving): string {
  return [
    `LANGFUSE_BASE_URL=${url}`,
    `LANGFUSE_PUBLIC_KEY=${keys.publicKey}`,
    `LANGFUSE_SECRET_KEY=${keys.secretKey}`,
  ].join('\n');
}

/** Settings of every program that can send here. Agents read them only from their own environment and files. */
export function settingsText(receiving: Receiving): string {
  const { url, keys } = receiving;
  const authorization = basicAuthorization(keys);
  const endpoint = [
    `OTEL_EXPORTER_OTLP_ENDPOINT=${url}`,
    `OTEL_EXPORTER_OTLP_HEADERS=Authorization=${encodeURIComponent(authorization)}`,
  ].join('\n');
  return `# A Worker, in .dev.vars
${workerSettings(receiving)}

# Claude Code, in its environment
CLAUDE_CODE_ENABLE_TELEMETRY=1
OTEL_LOGS_EXPORTER=otlp
OTEL_EXPORTER_OTLP_PROTOCOL=http/json
${endpoint}
# Its traces, too
CLAUDE_CODE_ENHANCED_TELEMETRY_BETA=1
OTEL_TRACES_EXPORTER=otlp

# Codex, in config.toml
otel.trace_exporter = { otlp-http = { endpoint = "${url}/v1/traces", protocol = "binary", headers = { Authorization = "${authorization}" } } }

# Any program with OpenTelemetry, in its environment
OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
${endpoint}

# On this machine, any keys can write. Only these keys can read.`;
}
