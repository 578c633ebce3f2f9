import { INIT } from '../core/plan.js';
import { boundServer } from '../wrangler/team-server.js';
import { type Diagnosis, notice, ok, wrong } from './diagnosis.js';
import { type Situation, wants } from './situation.js';
import { keyPair } from './variables.js';

/**
 * The team's server, if traces go to it through a binding. Langfuse keys take precedence over the binding.
 */
export function serverInUse({ config, env, variables }: Situation): string | undefined {
  return config === null || keyPair(variables) ? undefined : boundServer(config, env);
}

/** Checks that the Worker can reach the team's server. */
export function checkTeamServer(situation: Situation): Diagnosis[] {
  const { config, env, record } = situation;
  if (config === null || !wants(situation, 'langfuse')) return [];
  const where = env === undefined ? 'at the top level' : `in environment ${env}`;
  const asked = record?.server;
  const bound = boundServer(config, env);
  if (asked !== undefined && !asked.startsWith('https://') && bound === undefined) {
    return [
      wrong('server', {
        rule: 'wrangler/server-missing',
        message: `${config.path} has no binding to the team's server ${asked} ${where}.`,
        fix: `${INIT}   (adds it)`,
      }),
    ];
  }
  if (bound === undefined) return [];
  if (serverInUse(situation) === undefined) {
    return [
      notice('server', {
        message: `A local run has Langfuse keys, which take precedence: its traces do not go to ${bound}.`,
      }),
    ];
  }
  return [
    ok('server', {
      message: `Traces go to ${bound} through the binding OBSERVE_SERVER. A local run reaches it only if that Worker also runs locally.`,
    }),
  ];
}
