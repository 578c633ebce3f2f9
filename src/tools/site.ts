/** Half-open range of UTF-16 offsets in the file's text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A place in the source where an MCP tool is registered, as plain positions and values. */
export interface ToolSite {
  readonly name: string;
  /** Source text that stands for the name where it is not a literal in this file, else undefined. */
  readonly nameExpression?: string;
  /** 1-based. */
  readonly line: number;
  readonly family: ToolFamily;
  readonly description?: string;
  readonly annotations?: ToolAnnotations;
  readonly handler: InlineHandler | TracedHandler | ManualHandler;
}

export type ToolFamily = 'server.tool' | 'server.registerTool';

/** The hints of the MCP specification (2025-11-25, ToolAnnotations) that say something of the task. */
export interface ToolAnnotations {
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
}

/** A handler written in place, which can be wrapped. */
export interface InlineHandler {
  readonly kind: 'inline';
  /** `function` bodies are wrapped inside their braces, so that `arguments` and `this` stay theirs. */
  readonly form: 'block' | 'concise' | 'function';
  readonly async: boolean;
  /** The block with its braces, or the concise body's expression. */
  readonly body: Range;
  /** The value to record as input. */
  readonly input?: InputSource;
  /** Source of the MCP request context. */
  readonly context?: string;
  /** Parameters to add, so that input and context have a name. */
  readonly addParameters?: { readonly at: number; readonly text: string };
  /** Model clients whose calls become generations: the expression to wrap. */
  readonly models: readonly Range[];
  /** Identifiers written in the handler, for names that must not collide. */
  readonly identifiers: ReadonlySet<string>;
  /** The quote of the registration's own name literal. */
  readonly quote?: '"' | "'";
}

/** Source text of a value; `members` are an object's, so that a long one can be laid out in lines. */
export interface InputSource {
  readonly text: string;
  readonly members?: readonly string[];
}

/** A handler that already opens a trace from our package. */
export interface TracedHandler {
  readonly kind: 'traced';
  /** The task type written in `mcpToolMetadata`, where it is a literal. */
  readonly task?: string;
  /** What to take out to have the handler as it was; empty for a trace in another shape than ours. */
  readonly unwrap: readonly Range[];
}

/** A handler that is left alone. */
export interface ManualHandler {
  readonly kind: 'manual';
  readonly reason: string;
}
