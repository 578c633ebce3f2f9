import type { SiteFamily, ToolAnnotations } from '../site.js';
import type { Expression, FunctionLike } from '../syntax/syntax.js';

/** A call that gives a server a tool. */
export interface Registered {
  readonly family: SiteFamily;
  /** The function of the project that is called, where a person named it. */
  readonly registrar?: string;
  readonly name: Expression;
  /** The tool's function: written in place, or an expression for one. undefined: unknown. */
  readonly handler: FunctionLike | Expression | undefined;
  readonly hasSchema: boolean | undefined;
  readonly schemaKeys?: readonly string[] | undefined;
  readonly description: string | undefined;
  readonly annotations: ToolAnnotations | undefined;
  /** Source of what the tool is registered on. */
  readonly receiver?: string;
}
