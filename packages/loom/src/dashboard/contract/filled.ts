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
  .describe('Which pages have content; the navigation leaves out the others');
export type Filled = z.infer<typeof Filled>;
