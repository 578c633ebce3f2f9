import { detectAgent } from 'std-env';

/** Values of AI_AGENT that mean a person. */
const NOBODY = new Set(['none', 'false', '0', 'no']);

/** The coding agent that runs this program, by its name in std-env; undefined for a person. */
export function codingAgent(): string | undefined {
  const { name } = detectAgent();
  return name === undefined || NOBODY.has(name) ? undefined : name;
}
