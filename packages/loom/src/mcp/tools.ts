import * as z from 'zod';
import type { CommandSpec } from '../commands/spec.js';
import { LINK_KINDS } from '../issues/dependencies.js';
import { ISSUE_STATES } from '../issues/issue.js';
import { STRATEGIES } from '../routing/choose.js';

/** A tool is a command with another name. It has the same arguments and the same output. */
export interface LoomTool {
  readonly name: string;
  /** Atlas `ai_task.type` of the tool. */
  readonly task: 'orchestrate' | 'extract' | 'route' | 'generate';
  readonly description: string;
  readonly input: z.ZodObject;
  readonly readOnly: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: each command knows its own arguments; the table holds them all.
  readonly load: () => Promise<CommandSpec<any>>;
  /** Arguments for the command that the agent can't set. */
  readonly fixed?: Readonly<Record<string, unknown>>;
}

const id = z.string().describe('Issue id, such as lm-3f9a2c');
const session = z.string().optional().describe('Session id (default: the current one)');

export const TOOLS: readonly LoomTool[] = [
  {
    name: 'loom_ready',
    task: 'extract',
    description: 'List the issues that can be started now, the most urgent first.',
    input: z.object({ limit: z.number().int().min(1).max(100).default(20) }),
    readOnly: true,
    load: async () => (await import('../commands/ready.js')).ready,
  },
  {
    name: 'loom_list',
    task: 'extract',
    description: 'List issues: open ones, or those in the given states.',
    input: z.object({
      status: z.array(z.enum(ISSUE_STATES)).optional(),
      label: z.string().optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    readOnly: true,
    load: async () => (await import('../commands/list.js')).list,
    fixed: { all: false },
  },
  {
    name: 'loom_show',
    task: 'extract',
    description: 'Show one issue with its history, its blockers and its cost.',
    input: z.object({ id }),
    readOnly: true,
    load: async () => (await import('../commands/show.js')).show,
  },
  {
    name: 'loom_create',
    task: 'generate',
    description: 'Add an issue.',
    input: z.object({
      title: z.string().min(1),
      description: z.string().optional(),
      priority: z.number().int().min(0).max(4).default(2).describe('0 (most urgent) to 4'),
      label: z.array(z.string()).default([]),
      parent: z.string().optional().describe('Parent issue'),
      task: z.string().optional().describe('Atlas ai_task.type, such as generate or verify'),
    }),
    readOnly: false,
    load: async () => (await import('../commands/create.js')).create,
    fixed: { atlas: [] },
  },
  {
    name: 'loom_claim',
    task: 'orchestrate',
    description:
      'Claim an issue to work on it. Only one worker can have it. The cost of the work is counted there.',
    input: z.object({ id }),
    readOnly: false,
    load: async () => (await import('../commands/claim.js')).claim,
  },
  {
    name: 'loom_release',
    task: 'orchestrate',
    description: 'Release an issue, or reopen a closed one.',
    input: z.object({ id, reason: z.string().optional() }),
    readOnly: false,
    load: async () => (await import('../commands/release.js')).release,
  },
  {
    name: 'loom_done',
    task: 'orchestrate',
    description: 'Complete an issue. Add evidence that it is done.',
    input: z.object({
      id,
      evidence: z.string().optional().describe('Evidence, such as a commit or a test run'),
    }),
    readOnly: false,
    load: async () => (await import('../commands/done.js')).done,
  },
  {
    name: 'loom_edit',
    task: 'generate',
    description: 'Change fields of an issue. Omitted fields do not change.',
    input: z.object({
      id,
      title: z.string().min(1).optional(),
      description: z.string().optional(),
      design: z.string().optional(),
      acceptance: z.string().optional().describe('Acceptance criteria'),
      notes: z.string().optional(),
      type: z.string().optional().describe('task, bug, feature, epic, chore'),
      priority: z.number().int().min(0).max(4).optional(),
      status: z.enum(ISSUE_STATES).optional(),
      addLabel: z.array(z.string()).default([]),
      removeLabel: z.array(z.string()).default([]),
      assignee: z.string().optional(),
      parent: z.string().optional(),
      due: z.string().optional().describe('A date, or a duration from now such as 3d'),
      defer: z.string().optional().describe('Not ready before: a date, or a duration from now'),
    }),
    readOnly: false,
    load: async () => (await import('../commands/edit.js')).edit,
    fixed: { editor: false },
  },
  {
    name: 'loom_comment',
    task: 'generate',
    description: 'Add a comment to an issue.',
    input: z.object({ id, text: z.string().min(1) }),
    readOnly: false,
    load: async () => (await import('../commands/comment.js')).comment,
  },
  {
    name: 'loom_search',
    task: 'extract',
    description: 'Search the texts and comments of issues.',
    input: z.object({
      words: z.array(z.string()).min(1),
      open: z.boolean().default(false).describe('Only open issues'),
      limit: z.number().int().min(1).max(100).default(20),
    }),
    readOnly: true,
    load: async () => (await import('../commands/search.js')).search,
  },
  {
    name: 'loom_link',
    task: 'orchestrate',
    description: 'Link two issues. The kind is the relation of the first issue to the other.',
    input: z.object({ id, other: z.string(), kind: z.enum(LINK_KINDS).default('related') }),
    readOnly: false,
    load: async () => (await import('../commands/link.js')).link,
  },
  {
    name: 'loom_prime',
    task: 'extract',
    description:
      'Get your context at the start and after compaction: your issue, the last checkpoint, notes, budget.',
    input: z.object({ session, issue: z.string().optional() }),
    readOnly: true,
    load: async () => (await import('../commands/prime.js')).prime,
    fixed: { for: 'person' },
  },
  {
    name: 'loom_remember',
    task: 'generate',
    description: 'Save a short note for later sessions.',
    input: z.object({
      text: z.string().min(1).max(2000),
      kind: z.enum(['note', 'decision', 'convention', 'gotcha', 'preference']).default('note'),
      issue: z.string().optional().describe('Only for this issue'),
    }),
    readOnly: false,
    load: async () => (await import('../commands/remember.js')).remember,
  },
  {
    name: 'loom_recall',
    task: 'extract',
    description: 'Search notes.',
    input: z.object({
      words: z.array(z.string()).default([]),
      issue: z.string().optional(),
      limit: z.number().int().min(1).max(100).default(20),
    }),
    readOnly: true,
    load: async () => (await import('../commands/remember.js')).recall,
  },
  {
    name: 'loom_handoff',
    task: 'orchestrate',
    description:
      'Give the issue of this session to another agent, with a last checkpoint. This ends the session.',
    input: z.object({
      to: z.string().min(1).describe('Name of the other agent'),
      summary: z.string().min(1).describe('State of the work'),
      session,
    }),
    readOnly: false,
    load: async () => (await import('../commands/handoff.js')).sessionHandoff,
  },
  {
    name: 'loom_block',
    task: 'orchestrate',
    description: 'Block an issue by another issue or by something outside Loom.',
    input: z.object({
      id,
      by: z.string().optional().describe('Blocking issue'),
      reason: z.string().optional(),
    }),
    readOnly: false,
    load: async () => (await import('../commands/block.js')).block,
  },
  {
    name: 'loom_session_start',
    task: 'orchestrate',
    description: 'Start a session for this agent. Not needed if hooks already record the session.',
    input: z.object({
      agent: z.string().min(1).describe('Name of the agent'),
      issue: z.string().optional(),
      title: z.string().optional(),
      budget: z.string().optional().describe('Limit in US dollars'),
      task: z.string().optional().describe('Atlas ai_task.type of the work'),
    }),
    readOnly: false,
    load: async () => (await import('../commands/session-start.js')).sessionStart,
    fixed: { follow: true, atlas: [] },
  },
  {
    name: 'loom_session_end',
    task: 'orchestrate',
    description: 'End a session.',
    input: z.object({
      session,
      status: z.enum(['complete', 'error', 'cancelled']).default('complete'),
      reason: z.string().optional(),
    }),
    readOnly: false,
    load: async () => (await import('../commands/session-end.js')).sessionEnd,
  },
  {
    name: 'loom_checkpoint',
    task: 'orchestrate',
    description: 'Save the state of the work, so that it can continue after a crash.',
    input: z.object({
      summary: z.string().min(1),
      context: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('Data to store with it: files, decisions, next steps'),
      session,
    }),
    readOnly: false,
    load: async () => (await import('../commands/checkpoint.js')).checkpoint,
  },
  {
    name: 'loom_recover',
    task: 'extract',
    description: 'Find sessions that ended unexpectedly, each with its last checkpoint.',
    input: z.object({ limit: z.number().int().min(1).max(100).default(10) }),
    readOnly: false,
    load: async () => (await import('../commands/recover.js')).recover,
    fixed: { idle: 30, release: false },
  },
  {
    name: 'loom_resume',
    task: 'orchestrate',
    description: 'Continue a session that was paused, ended or interrupted.',
    input: z.object({ session: z.string() }),
    readOnly: false,
    load: async () => (await import('../commands/session-resume.js')).sessionResume,
    fixed: { follow: true },
  },
  {
    name: 'loom_route',
    task: 'route',
    description:
      'Recommend an agent and a model for an issue, from the outcomes of similar work: chance of success, cost and duration, each with a range. Records the decision.',
    input: z.object({
      id,
      strategy: z.enum(STRATEGIES).default('balanced'),
      among: z.array(z.string()).default([]).describe('Only these: agent, model or agent/model'),
      maxCost: z.string().optional().describe('US dollars'),
      maxTime: z.string().optional().describe('Such as 30m or 2h'),
    }),
    readOnly: false,
    load: async () => (await import('../commands/route.js')).route,
  },
  {
    name: 'loom_route_record',
    task: 'route',
    description: 'Record the model that was chosen for the work, with a confidence.',
    input: z.object({
      model: z.string(),
      confidence: z.number().min(0).max(1),
      strategy: z.string().default('agent'),
      reason: z.string().optional(),
      alternative: z.array(z.string()).default([]),
      estimate: z.string().optional().describe('Expected cost in US dollars'),
      overrides: z
        .string()
        .optional()
        .describe('The decision of loom_route that this one overrides; give the reason in reason'),
      issue: z.string().optional(),
      session,
      task: z.string().optional().describe('Atlas ai_task.type of what is routed'),
    }),
    readOnly: false,
    load: async () => (await import('../commands/route-record.js')).routeRecord,
    fixed: { atlas: [] },
  },
  {
    name: 'loom_route_outcome',
    task: 'route',
    description: 'Record the outcome of a routing decision.',
    input: z.object({
      decision: z.string(),
      success: z.boolean(),
      cost: z.string().optional().describe('US dollars'),
      notes: z.string().optional(),
    }),
    readOnly: false,
    load: async () => (await import('../commands/route-outcome.js')).routeOutcome,
  },
  {
    name: 'loom_cost',
    task: 'extract',
    description: 'Show cost by issue, model, agent, branch, day, session or Atlas term.',
    input: z.object({
      by: z.enum(['issue', 'model', 'agent', 'branch', 'day', 'session', 'atlas']).default('issue'),
      since: z.string().optional().describe('A date, or a duration such as 7d'),
      dimension: z.string().default('ai_task.type'),
    }),
    readOnly: true,
    load: async () => (await import('../commands/cost.js')).cost,
  },
  {
    name: 'loom_budget_status',
    task: 'extract',
    description: 'Show the budgets: spent, limit, forecast.',
    input: z.object({ session: z.string().optional() }),
    readOnly: true,
    load: async () => (await import('../commands/budget-status.js')).budgetStatusCommand,
  },
];
