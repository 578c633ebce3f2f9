import type { FileContext } from './file-context.js';
import type { HandlerSite, MessageSite, NamedPlace, ServerSite, ToolDefinition } from './site.js';
import type {
  BinaryExpression,
  CallExpression,
  CaseClause,
  ClassLike,
  ConditionalExpression,
  FunctionDeclaration,
  IfStatement,
  MethodDeclaration,
  NewExpression,
  ObjectLiteral,
  PropertyAccessExpression,
  PropertyAssignment,
  PropertyDeclaration,
  SourceFile,
  SwitchStatement,
  VariableDeclaration,
} from './syntax/syntax.js';

/**
 * One way to define MCP handlers. Everything about it is in one file of `families/`; `families/index.ts`
 * lists it.
 */
export interface Family {
  readonly id: string;
  /** Text without which no file holds one: the text filter is the union of these, and runs without the compiler. */
  readonly prefilter?: RegExp;
  /** A file that imports such a module belongs to an MCP server. */
  readonly packages?: RegExp;
  /** Its sites are shared places: of nested ones, only the outer is traced. */
  readonly isDispatch?: true;
  /** Its sites count only in a project in which no other family finds one. */
  readonly isFallback?: true;
  /** Whether the family is at work in a file at all. */
  appliesTo?(context: FileContext): boolean;
  readonly visit: Visitors;
}

/** Readers of a family, one for each kind of node. */
export type Visitors = {
  readonly [Kind in keyof VisitedNodes]?: (
    node: VisitedNodes[Kind],
    context: FileContext,
  ) => readonly Fact[] | undefined;
};

export interface VisitedNodes {
  /** Once for each file, before its nodes. */
  readonly file: SourceFile;
  readonly assignment: BinaryExpression;
  readonly call: CallExpression;
  readonly case: CaseClause;
  readonly class: ClassLike;
  readonly conditional: ConditionalExpression;
  readonly field: PropertyDeclaration;
  readonly function: FunctionDeclaration;
  readonly if: IfStatement;
  readonly method: MethodDeclaration;
  readonly new: NewExpression;
  readonly object: ObjectLiteral;
  readonly member: PropertyAccessExpression;
  readonly property: PropertyAssignment;
  readonly switch: SwitchStatement;
  readonly variable: VariableDeclaration;
}

/** What a node says. The first family that gives a site or a definition has the node; the others are not asked. */
export type Fact =
  | { readonly site: HandlerSite }
  | { readonly definition: ToolDefinition }
  | { readonly serverName: string }
  | { readonly server: ServerSite }
  | { readonly message: MessageSite }
  | { readonly remark: Remark }
  /** A function of the project that tools may be given to, and one that makes such a function. */
  | { readonly registrar: RegistrarFunction }
  | { readonly registrarFactory: RegistrarFactory }
  /** A place that reads a function from a definition: `found.handler(…)`. */
  | { readonly handlerUse: HandlerUse }
  /** A tool name in a `switch`. */
  | { readonly switchName: NamedPlace };

/** Something about a file that a person should know, and that changes nothing. */
export interface Remark {
  readonly kind:
    | 'instrumented'
    | 'registration-patched'
    | 'model-call-unseen'
    | 'server-from-package'
    | 'tools-from-package';
  /** 1-based. */
  readonly line: number;
  /** The tool, method or call it is about. */
  readonly what: string;
}

export interface HandlerUse {
  readonly member: string;
  /** UTF-16 offset. */
  readonly at: number;
}

/** A function of the project that has a name. */
export interface RegistrarFunction {
  readonly name: string;
  readonly parameters: ReadonlySet<string>;
  /** Parameters of inner functions that it may return. */
  readonly further: ReadonlySet<string>;
  readonly start: number;
  readonly end: number;
}

/** A registrar that another function makes: `const accountTool = makeAccountTool(server)`. */
export interface RegistrarFactory {
  readonly registrar: string;
  readonly by: string;
}
