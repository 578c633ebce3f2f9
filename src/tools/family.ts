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
  /** Every file with a site of this family contains this text. The text filter joins the patterns of all families. */
  readonly prefilter?: RegExp;
  /** A file that imports such a module belongs to an MCP server. */
  readonly packages?: RegExp;
  /** Its sites are shared by tools. If sites are nested, only the outer one is traced. */
  readonly isDispatch?: true;
  /** Its sites count only if no other family finds a site in the project. */
  readonly isFallback?: true;
  /** Returns false if the family finds nothing in the file. */
  appliesTo?(context: FileContext): boolean;
  readonly visit: Visitors;
}

/** The functions of a family, one for each kind of node. */
export type Visitors = {
  readonly [Kind in keyof VisitedNodes]?: (
    node: VisitedNodes[Kind],
    context: FileContext,
  ) => readonly Fact[] | undefined;
};

export interface VisitedNodes {
  /** Visited once for each file, before its nodes. */
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

/** A fact about a node. After the first family that returns a site or a definition, no other family visits the node. */
export type Fact =
  | { readonly site: HandlerSite }
  | { readonly definition: ToolDefinition }
  | { readonly serverName: string }
  | { readonly server: ServerSite }
  | { readonly message: MessageSite }
  | { readonly remark: Remark }
  /** A function of the project that may register tools, and a function that returns such a function. */
  | { readonly registrar: RegistrarFunction }
  | { readonly registrarFactory: RegistrarFactory }
  /** Code that reads a handler from a definition: `found.handler(…)`. */
  | { readonly handlerUse: HandlerUse }
  /** A tool name in a `switch`. */
  | { readonly switchName: NamedPlace };

/** A note about a file for the report. It changes no code. */
export interface Remark {
  readonly kind:
    | 'instrumented'
    | 'registration-patched'
    | 'model-call-unseen'
    | 'server-from-package'
    | 'tools-from-package';
  /** 1-based. */
  readonly line: number;
  /** The tool, method or call that the note is about. */
  readonly what: string;
}

export interface HandlerUse {
  readonly member: string;
  /** UTF-16 offset. */
  readonly at: number;
}

/** A named function of the project. */
export interface RegistrarFunction {
  readonly name: string;
  readonly parameters: ReadonlySet<string>;
  /** Parameters of its inner functions, which it may return. */
  readonly further: ReadonlySet<string>;
  readonly start: number;
  readonly end: number;
}

/** A registrar that another function returns: `const accountTool = makeAccountTool(server)`. */
export interface RegistrarFactory {
  readonly registrar: string;
  readonly by: string;
}
