import * as z from 'zod';
import { Measures } from '../dashboard/contract/measures.js';
import { CONTRACT } from '../dashboard/contract/views.js';

const checks = z
  .array(
    z.object({
      threshold: z.string(),
      value: z.number().nullable().describe('Error rates: 0 to 1. Percentiles: ms'),
      failed: z.boolean(),
      known: z.boolean().describe('False if nothing was recorded; the check then fails'),
    }),
  )
  .optional()
  .describe('With --fail-on');

/** `data` in the `--json` output of commands that use the views; published in `schemas/`. */
const DATA: Readonly<Record<string, z.ZodType>> = {
  traces: CONTRACT.traces.answer.extend({ checks }),
  trace: CONTRACT['traces/:id'].answer,
  tools: CONTRACT.tools.answer.extend({ total: Measures, checks }),
  errors: CONTRACT.errors.answer.extend({ requests: z.number(), checks }),
  'mcp-sessions': z.union([CONTRACT['mcp-sessions'].answer, CONTRACT['mcp-sessions/:id'].answer]),
};

/** JSON Schema of each command's output, by file name. */
export function answerSchemas(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(DATA).map(([command, data]) => [
      `lm-${command}.schema.json`,
      z.toJSONSchema(
        z
          .object({ schema_version: z.literal(1), data })
          .describe(`What \`lm ${command} --json\` prints when it succeeds`),
        { io: 'output', unrepresentable: 'any' },
      ),
    ]),
  );
}
