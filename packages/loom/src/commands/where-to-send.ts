import { basicAuthorization, type Keys } from '../http/keys.js';

/** What a person sets so that a Worker and Claude Code send here. */
export function whereToSend(url: string, keys: Keys, network: boolean): string[] {
  const others = network
    ? 'From other machines only these keys are taken.'
    : 'On this machine any other keys may write too; only these read.';
  return [
    `Point a Worker here: LANGFUSE_BASE_URL=${url} LANGFUSE_PUBLIC_KEY=${keys.publicKey} LANGFUSE_SECRET_KEY=${keys.secretKey}`,
    others,
  ];
}

/** Claude Code takes these from its own environment only, so nothing can set them for it. */
export function agentHint(url: string, keys: Keys): string {
  const headers = `Authorization=${encodeURIComponent(basicAuthorization(keys))}`;
  return `Claude Code: CLAUDE_CODE_ENABLE_TELEMETRY=1 OTEL_LOGS_EXPORTER=otlp OTEL_EXPORTER_OTLP_PROTOCOL=http/json OTEL_EXPORTER_OTLP_ENDPOINT=${url} OTEL_EXPORTER_OTLP_HEADERS=${headers}`;
}
