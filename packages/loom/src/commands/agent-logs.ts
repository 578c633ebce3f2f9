import {
  type AgentRequest,
  type CodexAnswer,
  readAgentRequests,
  readCodexAnswers,
} from '../ingest/agent-events.js';
import { foreignSessions } from '../ingest/foreign-sessions.js';
import { recordRequests } from '../ingest/native.js';
import type { DroppedMetrics } from '../receiver/otlp-routes.js';
import type { PartialSuccess } from '../receiver/protobuf.js';
import type { Database } from '../store/database.js';

/**
 * Records requests from agents' OTLP logs, except those of sessions in other projects. `say` receives a line
 * for each request, and for each response in Codex's logs.
 */
export function agentLogs(
  db: Database,
  loomDir: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void = () => {},
): (body: unknown) => PartialSuccess | undefined {
  const isForeign = foreignSessions(db, loomDir, env);
  return (body) => {
    const requests = readAgentRequests(body);
    const ours = requests.filter(({ sessionId }) => !isForeign(sessionId));
    recordRequests(db, ours);
    for (const request of ours) {
      say(lineOf(request));
    }
    for (const answer of readCodexAnswers(body)) {
      say(answerLine(answer));
    }
    const rejected = requests.length - ours.length;
    return rejected > 0
      ? { rejected, message: `${rejected} requests belong to sessions of another project` }
      : undefined;
  };
}

function lineOf({ model, input, output, cacheRead, cacheWrite, dollars, sessionId }: AgentRequest): string {
  const cost = dollars === null ? 'no cost' : `$${dollars.toFixed(4)}`;
  const all = input + cacheRead + cacheWrite;
  return `Request: ${shown(model)}, ${all} tokens in, ${output} out, ${cost}, session ${shown(sessionId).slice(0, 8)}`;
}

function answerLine({ model, input, output, sessionId }: CodexAnswer): string {
  return `Codex: ${shown(model)}, ${input} tokens in, ${output} out, session ${shown(sessionId).slice(0, 8)}. Its cost comes from the transcript (lm ingest).`;
}

/** Text from the network must not move the cursor or set colours. */
function shown(text: string): string {
  return text.replace(/[^\w.:@/[\]-]/g, '?').slice(0, 80);
}

/** Reports once for each sender that its metrics arrived, and returns their total. */
export function metricsNote(say: (line: string) => void): (came: DroppedMetrics) => void {
  const known = new Set<string>();
  return ({ service, points }) => {
    const name = shown(service ?? 'a program');
    if (!known.has(name)) {
      known.add(name);
      say(`Metrics came from ${name} (${points} points). Loom does not store metrics.`);
    }
  };
}

/** Reports once that gRPC is not supported. */
export function grpcNote(say: (line: string) => void): () => void {
  let isReported = false;
  return () => {
    if (!isReported) {
      isReported = true;
      say(
        'A program sends gRPC here, which is not supported. Set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf for it.',
      );
    }
  };
}
