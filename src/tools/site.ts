/** Half-open range of UTF-16 offsets in the file's text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The expression of a model client, and what in our runtime watches it. */
export interface ModelClient extends Range {
  readonly by: 'observeModel' | 'observeFetch';
}

/** Code that creates a server: `new McpServer(…)`, or a call of a package's function. */
export interface ServerSite extends Range {
  /** 1-based. */
  readonly line: number;
  /** Its own name, where it says one as a literal. */
  readonly name?: string;
  /** The quote of that literal. */
  readonly quote?: '"' | "'";
  /** `this` in it is the McpAgent that holds it. */
  readonly isOfAgent?: true;
  /** A package makes it, and may give it tools that are in no source of the project. */
  readonly bringsTools?: true;
  readonly isObserved?: true;
}

/** Where a hand-written server gets a JSON-RPC message. */
export interface MessageSite {
  /** 1-based line of the function. */
  readonly line: number;
  /** Source of the message. */
  readonly message: string;
  /** Source of the HTTP request that it came with. */
  readonly context?: string;
  /** The body of the function, or what follows the message in it. */
  readonly target: FunctionTarget | Pick<StatementsTarget, 'kind' | 'body' | 'awaits' | 'lines'>;
  readonly isObserved?: true;
}

/** A tool, resource or prompt with its handler. */
export type HandlerKind = 'tool' | 'resource' | 'prompt';

/**
 * Name of a site: a known text, an expression of the file, or only known per request.
 * `label` is how a person reads it. `many` marks one place that several handlers run through.
 */
export type SiteName =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'expression'; readonly source: string; readonly label: string; readonly many: boolean }
  | { readonly kind: 'dispatched'; readonly source?: string };

/** A place in the source where MCP gets a handler, as plain positions and values. */
export interface HandlerSite {
  readonly kind: HandlerKind;
  readonly name: SiteName;
  /** 1-based. */
  readonly line: number;
  readonly family: SiteFamily;
  /** The function of the project that it is given to, where a person named it. */
  readonly registrar?: string;
  readonly description?: string;
  readonly annotations?: ToolAnnotations;
  readonly target: Target;
  readonly trace: Trace;
  /** Tools of a shared place, as far as they are named near it. */
  readonly covers: readonly NamedPlace[];
}

/** Whether a site opens a trace from our package already, and where the code begins that `init` wrapped. */
export type Trace =
  | 'none'
  | { readonly by: 'person' }
  | { readonly by: 'init'; readonly content: number; readonly task?: string };

export interface NamedPlace {
  readonly name: string;
  /** 1-based. */
  readonly line: number;
}

/** Defaults of a new site. */
export const BARE_SITE = { kind: 'tool', trace: 'none', covers: [] } as const;

/** How a place is listed that handlers run through which nothing in the sources names. */
export const ANY_NAME = '*';

/** How a person reads the name of a site. */
export function labelOf({ name }: HandlerSite): string {
  if (name.kind === 'literal') return name.value;
  return name.kind === 'expression' ? name.label : ANY_NAME;
}

/** The source of the name where it is no literal. */
export function nameSource({ name }: HandlerSite): string | undefined {
  return name.kind === 'literal' ? undefined : name.source;
}

/** Whether several handlers run through the site. */
export function isShared({ name }: HandlerSite): boolean {
  return name.kind === 'dispatched' || (name.kind === 'expression' && name.many);
}

/** The registration as shown in the plan, such as `server.tool`. */
export type SiteFamily = string;

/** The hints of the MCP specification (2025-11-25, ToolAnnotations) that say something of the task. */
export interface ToolAnnotations {
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

export type Target = FunctionTarget | ExpressionTarget | StatementsTarget | ValueTarget | ManualTarget;

/** A function written in place, whose body is wrapped. */
export interface FunctionTarget {
  readonly kind: 'function';
  /** `function` bodies are wrapped inside their braces, so that `arguments` and `this` stay theirs. */
  readonly form: 'block' | 'concise' | 'function';
  readonly async: boolean;
  /** The return type as written, where the wrapped function needs it as well. */
  readonly returns?: string;
  /** The block with its braces, or the concise body's expression. */
  readonly body: Range;
  /** Lines of the body that would get one more level of indentation, by their first character. */
  readonly lines?: readonly number[];
  /** The value to record as input. */
  readonly input?: InputSource;
  /** Source of the MCP request context. */
  readonly context?: string;
  /** Source of a `tools/call` request, where only at run time it says which tool is called. */
  readonly request?: string;
  /** Parameters to add, so that input and context have a name. */
  readonly addParameters?: readonly { readonly at: number; readonly text: string }[];
  /** Model clients whose calls become generations. */
  readonly models: readonly ModelClient[];
  /** Identifiers written in the function, for names that must not collide. */
  readonly identifiers: ReadonlySet<string>;
}

/** An expression or a block that does a tool's work inside a larger function. */
export interface ExpressionTarget {
  readonly kind: 'expression' | 'block';
  readonly body: Range;
  /** Lines of it that may get one more level of indentation, by their first character. */
  readonly lines?: readonly number[];
  /** Whether it awaits something itself: then the wrapper has to be awaited. */
  readonly awaits: boolean;
  /** It is the whole body of an arrow function. */
  readonly isBody?: true;
  readonly input?: InputSource;
  /** Source of what holds the request's `_meta`. */
  readonly context?: string;
  readonly request?: string;
}

/** Statements in a row that do a tool's work: they return its result, set a variable to it, or have none. */
export interface StatementsTarget {
  readonly kind: 'statements';
  /** From the first statement's start to the last one's end. */
  readonly body: Range;
  readonly awaits: boolean;
  /** The variable; undefined where they return, or have no result. */
  readonly sets?: string;
  /** The wrapper is a separate statement, and its result is not used. */
  readonly isAlone?: true;
  /** Where they set it as the last thing on each way: there they can return the value instead. */
  readonly settings?: readonly Range[];
  /** Else how they give it by a variable of their own. */
  readonly gives?: NewValue;
  /** Lines that get one more level of indentation, by their first character. */
  readonly lines: readonly number[];
  readonly input?: InputSource;
  readonly context?: string;
  readonly request?: string;
}

/** A variable in place of an outer one, whose value the statements return. */
export interface NewValue {
  readonly name: string;
  readonly uses: readonly Use[];
  /** How it is declared: as a copy of the outer one, without a value, or by what was the first assignment. */
  readonly by: 'copy' | 'nothing' | Declaration;
}

/** A use of the outer variable that is one of the new one. */
export interface Use extends Range {
  /** It is `{ x }`, the member's name as well. */
  readonly isMember?: boolean;
}

/** What makes `x = E;` the declaration of the new variable. */
export interface Declaration {
  /** Of the name. */
  readonly start: number;
  readonly end: number;
  readonly keyword: 'const' | 'let';
  /** Source of the type, where one is needed. */
  readonly type?: string;
}

/** An expression whose value is the handler: wrapped without looking at its parameters. */
export interface ValueTarget {
  readonly kind: 'value';
  readonly body: Range;
  /** Lines of it that may get one more level of indentation, by their first character. */
  readonly lines: readonly number[];
  /** A member of an object: `{ execute }` or `{ execute: execute }`. */
  readonly member?: 'shorthand' | 'repeated';
  /** Its arguments may not be the tool's, so they are not recorded. */
  readonly withoutInput?: true;
}

/** Left alone. */
export interface ManualTarget {
  readonly kind: 'manual';
  readonly reason: string;
  /** It may not be a tool: if others were found, it is not reported. */
  readonly isWeakMatch?: true;
}

/** Source text of a value; `members` are an object's, so that a long one can be laid out in lines. */
export interface InputSource {
  readonly text: string;
  readonly members?: readonly string[];
}

/** A tool that is described in one place and carried out in another. */
export interface ToolDefinition {
  readonly name: string;
  /** 1-based. */
  readonly line: number;
  readonly description?: string;
  readonly annotations?: ToolAnnotations;
  /** The member that holds its function, and the variable that holds the definition, by itself or in a list. */
  readonly member?: string;
  readonly holder?: string;
  /** The function of the definition, or why it can't be traced there. */
  readonly handler?: FunctionTarget | ValueTarget | ManualTarget;
}
