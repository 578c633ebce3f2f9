import * as z from 'zod';

export const Filled = z
  .object({
    traces: z.boolean(),
    generations: z.boolean(),
    agents: z.boolean(),
    issues: z.boolean(),
    routing: z.boolean(),
    budgets: z.boolean(),
    access: z.boolean(),
  })
  .describe('What has anything in it: pages without are left out of the navigation');
export type Filled = z.infer<typeof Filled>;
