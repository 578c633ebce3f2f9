import * as z from 'zod';
import { ATLAS_DIMENSION } from '../../atlas-dimension.js';
import { RangeParams } from './range.js';

/**
 * Dimensions with few values each, recorded for every operation. They can be counted and filtered over any
 * period.
 */
export const DIMENSIONS = [
  'server',
  'tool',
  'method',
  'status',
  'errorType',
  'client',
  'clientVersion',
  'release',
  'environment',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Key for traces without a value. */
export const NONE = '(none)';

const text = (about: string) => z.string().optional().describe(about);

export const DimensionParams = {
  server: text('MCP server'),
  tool: text('Tool, resource or prompt'),
  method: text('MCP method, such as tools/call'),
  status: z.enum(['ok', 'error'], 'must be ok or error').optional().describe('Whether it failed'),
  errorType: text('Such as invalid_arguments, tool_error or timeout'),
  client: text('Name of the MCP client'),
  clientVersion: text('Its version'),
  release: text('Release of the server'),
  environment: text('Environment of the server'),
} satisfies Record<Dimension, z.ZodType>;

/** All filters of a list of traces. */
export const TraceFilterParams = {
  ...RangeParams,
  ...DimensionParams,
  q: text('Words to find in name, id, session, user, status, input or output'),
  session: text('Session of the trace, or of the agent that called'),
  user: text('User'),
  model: text('Model of a generation inside'),
  issue: text('Issue that the calling agent worked on'),
  atlas: z
    .string()
    .refine((value) => {
      const [, dimension = '', term] = /^([^=]+)=(.+)$/s.exec(value) ?? [];
      return ATLAS_DIMENSION.test(dimension) && Boolean(term);
    }, 'must be a dimension and its term, such as ai_task.type=generate')
    .optional()
    .describe('Atlas term, such as ai_task.type=generate'),
  minMs: z.coerce.number('must be a number').optional().describe('Minimum duration in ms'),
};

export const TraceFilter = z.strictObject(TraceFilterParams);
export type TraceFilter = z.infer<typeof TraceFilter>;
