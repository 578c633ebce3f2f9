import { bare, type Expression, memberOf, type Node, ts } from './syntax.js';

/** The member of a server that is called: `server.tool`, `server['tool']`, or a name that one of these is bound to. */
export function calledMember(callee: Expression): ReturnType<typeof memberOf> {
  return memberOf(callee) ?? boundMember(callee);
}

/** `server` and `tool` of `add(…)`, where `const add = server.tool.bind(server)` stands around it. */
function boundMember(callee: Expression): ReturnType<typeof memberOf> {
  if (!ts.isIdentifier(callee)) return undefined;
  for (let around: Node | undefined = callee.parent; around; around = around.parent) {
    if (!ts.isBlock(around) && !ts.isSourceFile(around)) continue;
    for (const statement of around.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      const found = statement.declarationList.declarations.find(({ name }) => name.getText() === callee.text);
      if (found) return found.initializer && boundIn(bare(found.initializer));
    }
  }
  return undefined;
}

function boundIn(value: Expression): ReturnType<typeof memberOf> {
  const bind = ts.isCallExpression(value) ? memberOf(value.expression) : undefined;
  return bind?.name === 'bind' ? memberOf(bind.owner) : undefined;
}

/** Whether the source of a receiver says that it is an MCP server. */
export function isServer(receiver: string): boolean {
  return /(server|mcp)$/i.test(receiver);
}
