import { checkCompatibility } from './compatibility.js';
import type { Diagnosis } from './diagnosis.js';
import { checkFiles } from './files.js';
import { baseUrl, checkHost, isLoopback } from './host.js';
import { checkKeys } from './keys.js';
import { checkPlatformTraces } from './platform-traces.js';
import { checkReceiver } from './receiver.js';
import { checkRuntime } from './runtime-package.js';
import { checkSampling } from './sampling.js';
import { checkSetUp } from './set-up.js';
import { type Check, type Situation, wants } from './situation.js';
import { checkTeamServer, serverInUse } from './team-server.js';
import { checkWrangler } from './wrangler-version.js';

/** The likeliest reason for missing traces first. */
const CHECKS: readonly Check[] = [
  checkSetUp,
  checkRuntime,
  checkTeamServer,
  checkKeys,
  checkHost,
  checkSampling,
  checkPlatformTraces,
  checkWrangler,
  checkFiles,
  checkCompatibility,
  checkReceiver,
];

/** All diagnoses for a set-up without traces. If nothing is set up, only that one. */
export function diagnose(situation: Situation): Diagnosis[] {
  const [setUp, ...rest] = checkSetUp(situation);
  if (setUp?.state === 'wrong') return [setUp];
  return [...(setUp ? [setUp] : []), ...rest, ...CHECKS.slice(1).flatMap((check) => check(situation))];
}

/** The next step. */
export function nextStep(situation: Situation, diagnoses: readonly Diagnosis[]): string {
  const fault = diagnoses.find(({ state }) => state === 'wrong');
  if (fault?.fix !== undefined) return fault.fix;
  const server = serverInUse(situation);
  if (server !== undefined) return `Call a tool, wait a few seconds, and look at the page of ${server}.`;
  const url = wants(situation, 'langfuse') ? baseUrl(situation.variables).url : undefined;
  const place = url ? where(url) : 'your Worker in the Cloudflare dashboard, under Observability';
  const marked = diagnoses.some(({ state }) => state === 'notice');
  return `Call a tool, wait a few seconds, and look at ${place}.${marked ? ' If nothing shows up, fix the lines marked ▲.' : ''}`;
}

/** A local dashboard opens only with the token that it printed. */
function where(url: URL): string {
  return isLoopback(url) ? 'the address that `lm dashboard` printed' : url.origin;
}
