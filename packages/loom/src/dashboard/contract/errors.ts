import * as z from 'zod';
import { list, Time } from './figures.js';
import { Measures } from './measures.js';
import { Range } from './range.js';

export const ErrorGroup = z
  .object({
    id: z.string(),
    server: z.string().nullable(),
    tool: z.string(),
    method: z.string().nullable(),
    errorType: z.string().nullable(),
    message: z.string().describe('With numbers, ids and quoted values replaced'),
    count: z.number(),
    firstAt: Time.describe('In all stored traces'),
    lastAt: Time,
    isNew: z.boolean().describe('First seen in this period; false if nothing was recorded before it'),
    spark: list(z.number()).describe('Counts over the period, in equal steps'),
    clients: list(z.object({ client: z.string().nullable(), count: z.number() })),
    traceId: z.string().describe('The latest'),
  })
  .describe('Failures of one tool with one error type and one message');
export type ErrorGroup = z.infer<typeof ErrorGroup>;

export const ErrorGroups = z.object({
  range: Range,
  total: z.number().describe('Failed requests'),
  all: Measures.describe('Figures of all requests of this period'),
  groups: z.number().describe('Total count of groups; `rows` has the largest 200'),
  rows: list(ErrorGroup),
});
export type ErrorGroups = z.infer<typeof ErrorGroups>;
