import * as z from 'zod';
import type { Outcome } from '../output.js';

// biome-ignore lint/suspicious/noExplicitAny: each command knows its own arguments; the table holds them all.
type Arguments = any;

interface Runnable {
  readonly run: (args: Arguments) => Outcome | Promise<Outcome>;
}

/** A tool of the earlier Loom: its name, and today's command with the arguments mapped. */
export interface CompatTool {
  readonly name: string;
  readonly description: string;
  readonly readOnly: boolean;
  readonly load: () => Promise<Runnable>;
  readonly map: (args: Given) => Record<string, unknown>;
}

export type Given = Readonly<Record<string, unknown>>;

/** The earlier tools did not validate their input. It is mapped, and today's command validates it. */
export const ANY_INPUT = z.looseObject({});

const STATES: Readonly<Record<string, string>> = {
  ready: 'pending',
  claimed: 'in_progress',
  done: 'completed',
};
const PRIORITIES: Readonly<Record<string, number>> = { critical: 0, high: 1, normal: 2, low: 3 };
const ENDS: Readonly<Record<string, string>> = { completed: 'complete', failed: 'error' };

/** The first of these arguments that exists. */
function first(args: Given, ...names: readonly string[]): unknown {
  const name = names.find((one) => args[one] !== undefined && args[one] !== null);
  return name === undefined ? undefined : args[name];
}

const text = (args: Given, ...names: readonly string[]) => {
  const value = first(args, ...names);
  return value === undefined ? undefined : String(value);
};
const list = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.map(String)
    : typeof value === 'string'
      ? value
          .split(',')
          .map((one) => one.trim())
          .filter(Boolean)
      : [];
const issueId = (args: Given) =>
  text(args, 'task_id', 'taskId', 'issue_id', 'issueId', 'id', 'task', 'issue');
const agentOf = (args: Given) => text(args, 'agent', 'agent_id', 'agentId', 'assignee');
const sessionOf = (args: Given) => text(args, 'session_id', 'sessionId', 'session', 'id');
const acting = (args: Given) => ({ id: issueId(args), as: agentOf(args) });
const priorityOf = (args: Given) => {
  const given = first(args, 'priority');
  return typeof given === 'string' ? (PRIORITIES[given] ?? 2) : given;
};
const created = (args: Given) => ({
  title: text(args, 'title', 'name'),
  description: text(args, 'description', 'body'),
  priority: priorityOf(args),
  label: list(first(args, 'labels', 'label')),
  parent: text(args, 'parent', 'parent_id', 'parentId'),
  repo: text(args, 'repo'),
  blockedBy: [],
  atlas: [],
});
const listed = (args: Given) => {
  const status = list(first(args, 'status')).map((state) => STATES[state] ?? state);
  return {
    ...(status.length > 0 ? { status } : {}),
    all: status.length === 0 && first(args, 'all') === true,
    label: text(args, 'label'),
    repo: text(args, 'repo'),
    limit: first(args, 'limit') ?? 200,
  };
};
const checkpointed = (args: Given) => ({
  session: sessionOf(args),
  summary: text(args, 'summary', 'message', 'notes') ?? 'context',
  context: JSON.stringify(
    first(args, 'context', 'context_json') ??
      withoutKeys(args, ['session_id', 'sessionId', 'session', 'id', 'summary', 'message']),
  ),
});

function withoutKeys(args: Given, keys: readonly string[]): Given {
  return Object.fromEntries(Object.entries(args).filter(([key]) => !keys.includes(key)));
}

const tool = (
  name: string,
  description: string,
  readOnly: boolean,
  load: CompatTool['load'],
  map: CompatTool['map'],
): CompatTool => ({ name, description, readOnly, load, map });

/** Old names without an equivalent return the replacement. */
const answer = (name: string, says: string): CompatTool =>
  tool(
    name,
    says,
    true,
    async () => ({ run: () => ({ data: { instead: says }, text: says }) }),
    () => ({}),
  );

/** Creates and claims in one step. */
const work = async (): Promise<Runnable> => {
  const { create } = await import('../commands/create.js');
  const { claim } = await import('../commands/claim.js');
  return {
    run: async (args: Arguments) => {
      const made = await create.run(args);
      return claim.run({ ...args, id: (made.data as { id: string }).id, fresh: false, route: false });
    },
  };
};

export const COMPAT_TOOLS: readonly CompatTool[] = [
  tool('loom_work', 'Create an issue and claim it.', false, work, (args) => ({
    ...created({ ...args, title: text(args, 'title', 'task', 'description', 'name') }),
    as: agentOf(args),
  })),
  tool(
    'loom_create',
    'Add an issue.',
    false,
    async () => (await import('../commands/create.js')).create,
    created,
  ),
  tool(
    'loom_claim',
    'Claim an issue.',
    false,
    async () => (await import('../commands/claim.js')).claim,
    (args) => ({ ...acting(args), fresh: false, route: false }),
  ),
  tool(
    'loom_release',
    'Release an issue.',
    false,
    async () => (await import('../commands/release.js')).release,
    acting,
  ),
  tool(
    'loom_complete',
    'Complete an issue.',
    false,
    async () => (await import('../commands/done.js')).done,
    (args) => ({ ...acting(args), evidence: text(args, 'evidence') }),
  ),
  tool(
    'loom_cancel',
    'Close an issue that will not be done.',
    false,
    async () => (await import('../commands/cancel.js')).cancel,
    (args) => ({ ...acting(args), reason: text(args, 'reason') }),
  ),
  tool(
    'loom_spawn',
    'Add a part to an issue.',
    false,
    async () => (await import('../commands/create.js')).create,
    (args) => ({ ...created(args), parent: text(args, 'parent', 'parent_id', 'parentId', 'task_id') }),
  ),
  tool(
    'loom_ready',
    'List issues that can be started.',
    true,
    async () => (await import('../commands/ready.js')).ready,
    (args) => ({ limit: first(args, 'limit') ?? 20 }),
  ),
  tool(
    'loom_mine',
    'List the issues of an agent.',
    true,
    async () => (await import('../commands/mine.js')).mine,
    (args) => ({ as: agentOf(args), limit: 200 }),
  ),
  tool(
    'loom_blocked',
    'List blocked issues.',
    true,
    async () => (await import('../commands/list.js')).list,
    () => ({ status: ['blocked'], all: false, limit: 200 }),
  ),
  tool(
    'loom_get',
    'One issue.',
    true,
    async () => (await import('../commands/show.js')).show,
    (args) => ({ id: issueId(args) }),
  ),
  tool('loom_list', 'Issues.', true, async () => (await import('../commands/list.js')).list, listed),
  tool(
    'loom_list_all',
    'List issues, including closed ones.',
    true,
    async () => (await import('../commands/list.js')).list,
    (args) => ({ ...listed(args), ...(first(args, 'status') === undefined ? { all: true } : {}) }),
  ),
  tool(
    'loom_summary',
    'Count issues by state.',
    true,
    async () => (await import('../commands/stats.js')).stats,
    () => ({}),
  ),
  tool(
    'loom_block',
    'Block an issue by another.',
    false,
    async () => (await import('../commands/block.js')).block,
    (args) => ({
      id: issueId(args),
      by: text(args, 'by', 'blocked_by', 'blockedBy', 'blocker', 'depends_on', 'dependsOn'),
      reason: text(args, 'reason'),
    }),
  ),
  tool(
    'loom_unblock',
    'Unblock an issue.',
    false,
    async () => (await import('../commands/unblock.js')).unblock,
    (args) => ({
      id: issueId(args),
      by: text(args, 'by', 'blocked_by', 'blockedBy', 'blocker', 'depends_on', 'dependsOn'),
    }),
  ),
  tool(
    'loom_route',
    'Recommend an agent and a model for an issue.',
    false,
    async () => (await import('../commands/route.js')).route,
    (args) => {
      const strategy = text(args, 'strategy');
      const most = first(args, 'max_cost', 'maxCost', 'max_cost_usd');
      return {
        id: issueId(args),
        strategy:
          strategy === 'best' || strategy === 'cheapest' || strategy === 'fastest' ? strategy : 'balanced',
        among: list(first(args, 'among')),
        ...(most === undefined ? {} : { maxCost: String(most) }),
      };
    },
  ),
  tool(
    'loom_agents',
    'List agents and their outcomes.',
    true,
    async () => (await import('../commands/agents.js')).agents,
    (args) => ({ agent: agentOf(args) }),
  ),
  tool(
    'loom_session_start',
    'Start a session.',
    false,
    async () => (await import('../commands/session-start.js')).sessionStart,
    (args) => ({
      agent: agentOf(args),
      issue: text(args, 'task_id', 'taskId', 'issue_id', 'issue', 'task'),
      follow: true,
      atlas: [],
    }),
  ),
  tool(
    'loom_session_end',
    'End a session.',
    false,
    async () => (await import('../commands/session-end.js')).sessionEnd,
    (args) => {
      const status = text(args, 'status') ?? 'completed';
      return {
        session: sessionOf(args),
        status: ENDS[status] ?? status,
        reason: text(args, 'reason', 'summary'),
      };
    },
  ),
  tool(
    'loom_checkpoint',
    'Save the state of the work.',
    false,
    async () => (await import('../commands/checkpoint.js')).checkpoint,
    checkpointed,
  ),
  tool(
    'loom_update_context',
    'Save data for later: files, decisions, tests, notes.',
    false,
    async () => (await import('../commands/checkpoint.js')).checkpoint,
    checkpointed,
  ),
  tool(
    'loom_recover',
    'Find sessions that ended unexpectedly.',
    false,
    async () => (await import('../commands/recover.js')).recover,
    () => ({ idle: 30, release: false, limit: 10 }),
  ),
  tool(
    'loom_resume',
    'Continue a session.',
    false,
    async () => (await import('../commands/session-resume.js')).sessionResume,
    (args) => ({ session: sessionOf(args), follow: true }),
  ),
  tool(
    'loom_get_resume_brief',
    'Context to continue: issue, checkpoint, decisions, budget.',
    true,
    async () => (await import('../commands/prime.js')).prime,
    (args) => ({
      session: text(args, 'session_id', 'sessionId', 'session'),
      issue: text(args, 'task_id', 'taskId', 'issue'),
      for: 'person',
    }),
  ),
  tool(
    'loom_formulas',
    'List templates of several issues.',
    true,
    async () => (await import('../commands/formula.js')).formulaList,
    () => ({}),
  ),
  tool(
    'loom_formula',
    'Create the issues of a template. Without values, show the template.',
    false,
    async () => {
      const { formulaRun, formulaShow } = await import('../commands/formula.js');
      return {
        run: (args: Arguments) => (args.var ? formulaRun : formulaShow).run(args),
      };
    },
    (args) => {
      const values = first(args, 'variables', 'vars', 'v');
      return {
        name: text(args, 'name', 'formula'),
        ...(typeof values === 'object' && values !== null
          ? { var: Object.entries(values).map(([name, value]) => `${name}=${String(value)}`) }
          : {}),
      };
    },
  ),
  tool(
    'loom_record_execution',
    'Record the outcome of work by an agent.',
    false,
    async () => (await import('../commands/record-execution.js')).routeExecution,
    (args) => ({
      agent: agentOf(args),
      model: text(args, 'model') ?? 'unknown',
      issue: issueId(args),
      success: first(args, 'success') !== false,
      ...(first(args, 'cost', 'cost_usd') === undefined
        ? {}
        : { cost: String(first(args, 'cost', 'cost_usd')) }),
      notes: text(args, 'notes', 'task_type'),
    }),
  ),
  tool(
    'loom_backfill',
    'Import transcripts of agents.',
    false,
    async () => (await import('../commands/ingest.js')).ingest,
    () => ({}),
  ),
  tool(
    'loom_analytics',
    'Show cost by agent.',
    true,
    async () => (await import('../commands/cost.js')).cost,
    (args) => ({ by: 'agent', since: text(args, 'since'), dimension: 'ai_task.type' }),
  ),
  answer(
    'loom_repos',
    'A Loom belongs to one project. `lm list --cwd <folder>` and `lm cost --all-projects` look elsewhere.',
  ),
  answer('loom_switch_repo', 'A Loom belongs to one project. Start `lm mcp` in the folder of the other one.'),
  tool(
    'loom_discuss',
    'Comment on an issue.',
    false,
    async () => (await import('../commands/comment.js')).comment,
    (args) => ({ id: issueId(args), text: text(args, 'message', 'text', 'comment', 'question', 'topic') }),
  ),
  tool(
    'loom_verify_plan',
    'Show an issue with its blockers and acceptance criteria.',
    true,
    async () => (await import('../commands/show.js')).show,
    (args) => ({ id: issueId(args) }),
  ),
];
