/** Half-open range of UTF-16 offsets in the file's text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The expression of a model client, and the export of our runtime that observes it. */
export interface ModelClient extends Range {
  readonly by: 'observeModel' | 'observeFetch';
}

/** Code that creates a server: `new McpServer(…)`, or a call of a package's function. */
export interface ServerSite extends Range {
  /** 1-based. */
  readonly line: number;
  /** Its name, if that is a literal. */
  readonly name?: string;
  /** The quote of that literal. */
  readonly quote?: '"' | "'";
  /** Inside it, `this` is an McpAgent. */
  readonly isOfAgent?: true;
  /** A package creates it. It may have tools that are not in the project's sources. */
  readonly bringsTools?: true;
  readonly isObserved?: true;
}

/** A function of a hand-written server that receives a JSON-RPC message. */
export interface MessageSite {
  /** 1-based line of the function. */
  readonly line: number;
  /** Source text of the message. */
  readonly message: string;
  /** Source text of its HTTP request. */
  readonly context?: string;
  /** The body of the function, or the statements after the message in it. */
  readonly target: FunctionTarget | Pick<StatementsTarget, 'kind' | 'body' | 'awaits' | 'lines'>;
  readonly isObserved?: true;
}

/** A tool, resource or prompt with its handler. */
export type HandlerKind = 'tool' | 'resource' | 'prompt';

/**
 * The name of a site: a literal, an expression of the file, or only known for each request. `label` is the text in
 * reports. `many` means that several handlers run through the site.
 */
export type SiteName =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'expression'; readonly source: string; readonly label: string; readonly many: boolean }
  | { readonly kind: 'dispatched'; readonly source?: string };

/** A place in the source where MCP gets a handler, without nodes of the compiler. */
export interface HandlerSite {
  readonly kind: HandlerKind;
  readonly name: SiteName;
  /** 1-based. */
  readonly line: number;
  readonly family: SiteFamily;
  /** The configured registrar that gets the handler, if any. */
  readonly registrar?: string;
  readonly description?: string;
  readonly annotations?: ToolAnnotations;
  readonly target: Target;
  readonly trace: Trace;
  /** The tools of a shared site, if their names are found near it. */
  readonly covers: readonly NamedPlace[];
}

/** Who traces a site with our package. `content` is the start of the code that `init` wrapped. */
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

/** The label of a shared site whose tools are not named in the sources. */
export const ANY_NAME = '*';

/** The name of a site in reports. */
export function labelOf({ name }: HandlerSite): string {
  if (name.kind === 'literal') return name.value;
  return name.kind === 'expression' ? name.label : ANY_NAME;
}

/** Source text of the name, if the name is not a literal. */
export function nameSource({ name }: HandlerSite): string | undefined {
  return name.kind === 'literal' ? undefined : name.source;
}

/** Returns true if several handlers run through the site. */
export function isShared({ name }: HandlerSite): boolean {
  return name.kind === 'dispatched' || (name.kind === 'expression' && name.many);
}

/** The family's name in reports, such as `server.tool`. */
export type SiteFamily = string;

/** The hints of the MCP specification (2025-11-25, ToolAnnotations) that help to infer the task. */
export interface ToolAnnotations {
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

export type Target = FunctionTarget | ExpressionTarget | StatementsTarget | ValueTarget | ManualTarget;

/** A function in place. Its body is wrapped. */
export interface FunctionTarget {
  readonly kind: 'function';
  /** The body of a `function` is wrapped inside its braces, so that `arguments` and `this` keep their meaning. */
  readonly form: 'block' | 'concise' | 'function';
  readonly async: boolean;
  /** Source text of the return type, if the wrapped function needs it too. */
  readonly returns?: string;
  /** The block with its braces, or the expression of a concise body. */
  readonly body: Range;
  /** Offsets of lines of the body that may get one more level of indentation. */
  readonly lines?: readonly number[];
  /** The value to record as input. */
  readonly input?: InputSource;
  /** Source text of the MCP request context. */
  readonly context?: string;
  /** Source text of a `tools/call` request, if only the request contains the tool's name. */
  readonly request?: string;
  /** Parameters to add, to give input and context a name. */
  readonly addParameters?: readonly { readonly at: number; readonly text: string }[];
  /** The parameters, between their parentheses. */
  readonly parameters: Range;
  /** The concise body is in parentheses. */
  readonly isInParentheses?: true;
  /** Model clients in the body. Their calls become generations. */
  readonly models: readonly ModelClient[];
  /** Identifiers in the function. New names must not be among them. */
  readonly identifiers: ReadonlySet<string>;
}

/** An expression or a block that does a tool's work inside a larger function. */
export interface ExpressionTarget {
  readonly kind: 'expression' | 'block';
  readonly body: Range;
  /** Offsets of its lines that may get one more level of indentation. */
  readonly lines?: readonly number[];
  /** It contains an `await`, so the wrapper has to be awaited. */
  readonly awaits: boolean;
  /** It is the whole body of an arrow function. */
  readonly isBody?: true;
  readonly isInParentheses?: true;
  readonly input?: InputSource;
  /** Source text of the object with the request's `_meta`. */
  readonly context?: string;
  readonly request?: string;
}

/** Consecutive statements that do a tool's work. They return its result, assign it to a variable, or have no result. */
export interface StatementsTarget {
  readonly kind: 'statements';
  /** From the first statement's start to the last one's end. */
  readonly body: Range;
  readonly awaits: boolean;
  /** The variable that they assign. Undefined if they return, or have no result. */
  readonly sets?: string;
  /** The wrapper is a separate statement, and its result is not used. */
  readonly isAlone?: true;
  /** The assignments, if each path ends with one. Each can become a `return`. */
  readonly settings?: readonly Range[];
  /** Otherwise, the new variable that holds the value. */
  readonly gives?: NewValue;
  /** Offsets of lines that get one more level of indentation. */
  readonly lines: readonly number[];
  readonly input?: InputSource;
  readonly context?: string;
  readonly request?: string;
}

/** A variable that replaces an outer one. The statements return its value. */
export interface NewValue {
  readonly name: string;
  readonly uses: readonly Use[];
  /** Its declaration: a copy of the outer variable, no value, or the first assignment. */
  readonly by: 'copy' | 'nothing' | Declaration;
}

/** A use of the outer variable that becomes a use of the new one. */
export interface Use extends Range {
  /** It is a shorthand `{ x }`, so it is also the member's name. */
  readonly isMember?: boolean;
}

/** The insertions that turn `x = E;` into a declaration. */
export interface Declaration {
  /** The start of the name. */
  readonly start: number;
  /** The end of the name. */
  readonly end: number;
  readonly keyword: 'const' | 'let';
  /** Source text of the type, if one is needed. */
  readonly type?: string;
}

/** An expression whose value is the handler. It is wrapped without reading its parameters. */
export interface ValueTarget {
  readonly kind: 'value';
  readonly body: Range;
  /** Offsets of its lines that may get one more level of indentation. */
  readonly lines: readonly number[];
  /** A member of an object: `{ execute }` or `{ execute: execute }`. */
  readonly member?: 'shorthand' | 'repeated';
  /** Its arguments may not be those of the tool, so they are not recorded. */
  readonly withoutInput?: true;
}

/** `init` does not change it: a person has to. */
export interface ManualTarget {
  readonly kind: 'manual';
  readonly reason: string;
  /** It may not be a tool. It is reported only if no tools were found. */
  readonly isWeakMatch?: true;
}

/** Source text of a value. For an object, `members` allow to print it on several lines. */
export interface InputSource {
  readonly text: string;
  readonly members?: readonly string[];
}

/** The description of a tool whose handler may be in another place. */
export interface ToolDefinition {
  readonly name: string;
  /** 1-based. */
  readonly line: number;
  readonly description?: string;
  readonly annotations?: ToolAnnotations;
  /** The member with its handler, and the variable that contains the definition, alone or in a list. */
  readonly member?: string;
  readonly holder?: string;
  /** The handler of the definition, or the reason why it can't be traced there. */
  readonly handler?: FunctionTarget | ValueTarget | ManualTarget;
}
