// The AI Interaction Atlas vocabulary: six dimensions, flat dotted keys.

export type AITaskType =
  | 'generate'
  | 'classify'
  | 'verify'
  | 'transform'
  | 'summarize'
  | 'extract'
  | 'compare'
  | 'recommend'
  | 'predict'
  | 'explain'
  | 'translate'
  | 'rewrite'
  | 'analyze'
  | 'route'
  | 'orchestrate';

export type HumanTaskType =
  | 'review'
  | 'approve'
  | 'edit'
  | 'compare'
  | 'provide_input'
  | 'escalate'
  | 'override'
  | 'annotate'
  | 'verify'
  | 'select';

export type OversightLevel = 'required' | 'recommended' | 'optional' | 'none';

export type SystemTaskType =
  | 'routing'
  | 'logging'
  | 'state_management'
  | 'caching'
  | 'rate_limiting'
  | 'authentication'
  | 'authorization'
  | 'transformation'
  | 'validation'
  | 'notification'
  | 'scheduling'
  | 'retry'
  | 'aggregation';

export type DataArtifactCategory =
  | 'prompt'
  | 'completion'
  | 'context'
  | 'feedback'
  | 'configuration'
  | 'state'
  | 'reference'
  | 'result';

export type ConstraintType =
  | 'latency'
  | 'cost'
  | 'accuracy'
  | 'privacy'
  | 'compliance'
  | 'availability'
  | 'throughput'
  | 'context'
  | 'permission';

export type TouchpointType =
  | 'mcp_server'
  | 'api'
  | 'cli'
  | 'ui'
  | 'notification'
  | 'webhook'
  | 'queue'
  | 'worker';

/** Metadata with Atlas keys, all optional. Other keys are allowed. */
export interface AtlasMetadata {
  'ai_task.type'?: AITaskType;
  'ai_task.model'?: string;
  'ai_task.skill'?: string;
  'human_task.type'?: HumanTaskType;
  'human_task.oversight_level'?: OversightLevel;
  'system_task.type'?: SystemTaskType;
  'system_task.worker'?: string;
  'data_artifact.category'?: DataArtifactCategory;
  'data_artifact.schema'?: string;
  'constraint.type'?: ConstraintType;
  'constraint.budget_usd'?: number;
  'constraint.latency_ms'?: number;
  'touchpoint.type'?: TouchpointType;
  'touchpoint.mcp_server'?: string;
  'touchpoint.api_endpoint'?: string;
}

/** Facts about an MCP tool other than its name. */
export interface McpToolFacts {
  /** Default `orchestrate`. */
  task?: AITaskType;
  /** How closely a person should watch it. */
  oversight?: OversightLevel;
  description?: string;
}

/** Metadata of a call to an MCP tool; `oversight` says how closely a person should watch it. */
export function mcpToolMetadata(
  server: string,
  tool: string,
  aiTask: AITaskType | McpToolFacts = {},
  oversight?: OversightLevel,
) {
  const facts = typeof aiTask === 'string' ? { task: aiTask, oversight } : { oversight, ...aiTask };
  return {
    'touchpoint.type': 'mcp_server',
    'touchpoint.mcp_server': server,
    'ai_task.type': facts.task ?? 'orchestrate',
    'ai_task.skill': tool,
    'system_task.type': 'routing',
    'mcp.method.name': 'tools/call',
    ...(facts.oversight && { 'human_task.oversight_level': facts.oversight }),
    ...('description' in facts && { 'gen_ai.tool.description': facts.description }),
  } as const satisfies AtlasMetadata &
    Record<`mcp.${string}`, unknown> & { 'gen_ai.tool.description'?: unknown };
}

/** Metadata of a request for an MCP resource. `resource` is its registered name. */
export function mcpResourceMetadata(server: string, resource?: string) {
  return {
    'touchpoint.type': 'mcp_server',
    'touchpoint.mcp_server': server,
    'data_artifact.category': 'context',
    'mcp.method.name': 'resources/read',
    ...(resource && { 'mcp.resource.name': resource }),
  } as const satisfies AtlasMetadata & Record<`mcp.${string}`, unknown>;
}

/** Metadata of a request for an MCP prompt. */
export function mcpPromptMetadata(server: string, prompt: string) {
  return {
    'touchpoint.type': 'mcp_server',
    'touchpoint.mcp_server': server,
    'data_artifact.category': 'prompt',
    'mcp.method.name': 'prompts/get',
    'mcp.prompt.name': prompt,
  } as const satisfies AtlasMetadata & Record<`mcp.${string}`, unknown>;
}

/** Metadata of a model's answer. */
export function llmGenerationMetadata(
  model: string,
  aiTask: AITaskType = 'generate',
  oversight: OversightLevel = 'optional',
) {
  return {
    'ai_task.type': aiTask,
    'ai_task.model': model,
    'human_task.oversight_level': oversight,
    'data_artifact.category': 'completion',
  } as const satisfies AtlasMetadata;
}

/** Metadata of work without a user, such as a queue consumer or a cron job. */
export function workerTaskMetadata(worker: string, systemTask: SystemTaskType) {
  return {
    'touchpoint.type': 'worker',
    'system_task.type': systemTask,
    'system_task.worker': worker,
  } as const satisfies AtlasMetadata;
}
