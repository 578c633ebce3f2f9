import type { SiteFamily, ToolAnnotations } from '../site.js';
import type { Expression, FunctionLike } from '../syntax/syntax.js';

/** A call that registers a tool. */
export interface Registered {
  readonly family: SiteFamily;
  /** The configured registrar that is called, if any. */
  readonly registrar?: string;
  readonly name: Expression;
  /** A function, or an expression whose value is one. Undefined: unknown. */
  readonly handler: FunctionLike | Expression | undefined;
  readonly hasSchema: boolean | undefined;
  readonly schemaKeys?: readonly string[] | undefined;
  readonly description: string | undefined;
  readonly annotations: ToolAnnotations | undefined;
  /** Source text of the object on which the tool is registered. */
  readonly receiver?: string;
}
