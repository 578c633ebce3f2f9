import * as z from 'zod';

/** Makes lists in answers readonly. */
export const list = <T extends z.ZodType>(of: T) => z.array(of).readonly();

export const Micros = z.number().describe('Millionths of a US dollar');
export type Micros = z.infer<typeof Micros>;

export const Money = z
  .object({
    micros: Micros.nullable().describe(
      'Cost of the calls with a known price; null if no price is known. A lower bound if `unpriced` is above 0',
    ),
    reported: Micros,
    calculated: Micros,
    estimated: Micros,
    unpriced: z.number().describe('Calls whose price is unknown'),
  })
  .describe('A sum of money, and how reliable it is');
export type Money = z.infer<typeof Money>;

export const Latency = z
  .object({
    p50: z.number().nullable(),
    p90: z.number().nullable(),
    p95: z.number().nullable(),
    p99: z.number().nullable(),
  })
  .describe(
    'Percentiles in ms, read from a histogram: within 2.2 % of the exact value. Null if nothing ended',
  );
export type Latency = z.infer<typeof Latency>;

/** Unix ms. Times of traces have fractions. */
export const Time = z.number().describe('Unix ms');
