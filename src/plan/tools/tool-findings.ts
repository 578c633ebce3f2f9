import { type Finding, finding, lineAt } from '../../core/findings.js';
import type { PlannedTool } from '../../core/plan.js';
import { RECORD_FILE } from '../../core/record.js';
import type { Remark } from '../../tools/family.js';
import { RUNTIME } from '../../tools/generated-names.js';

export function manualFinding(tool: PlannedTool): Finding {
  return finding({
    rule: 'langfuse/tool-manual',
    file: tool.file,
    line: tool.line,
    message: `The tool "${tool.name}" was not changed: ${tool.reason}.`,
    fix: `Wrap the body of the tool by hand:\n${tool.snippet}`,
  });
}

/** @param record text of the record, if one exists */
export function unusedRegistrarFinding(registrar: string, record = ''): Finding {
  const at = record.indexOf(JSON.stringify(registrar), record.indexOf('"registrars"'));
  return finding({
    rule: 'langfuse/registrar-unused',
    file: RECORD_FILE,
    line: lineAt(record, Math.max(at, 0)),
    message: `No call of \`${registrar}\` passes a tool's name and its handler.`,
    fix: `Check its spelling where tools are registered, or remove it from "registrars" in ${RECORD_FILE}.`,
  });
}

export function unreadableFinding(file: string, line: number, message: string, fix: string): Finding {
  return finding({
    rule: 'langfuse/file-unreadable',
    file,
    line,
    message: `${message} The file was skipped.`,
    fix,
  });
}

/** There are tools, but the place that creates their server was not found. */
export function unobservedFinding(
  { file, line }: Pick<PlannedTool, 'file' | 'line'>,
  isCommonJs = false,
): Finding {
  const observe = isCommonJs
    ? `(await import('${RUNTIME}')).observeServer(server);`
    : `import { observeServer } from '${RUNTIME}'; observeServer(server);`;
  return {
    rule: 'langfuse/server-unobserved',
    level: 'warning',
    file,
    line,
    message:
      'The MCP server of this tool is created where `init` cannot observe it. Requests that reach no handler are not recorded.',
    fix: `Where you have the server, before it connects: ${observe}`,
    resolution: 'manual',
  };
}

/** @param isObserved true if the server is observed, so that calls of its tools are traced */
export function remarkFinding(file: string, { kind, line, what }: Remark, isObserved = false): Finding {
  const place = { file, line };
  switch (kind) {
    case 'instrumented':
      return finding({
        ...place,
        rule: 'langfuse/also-instrumented',
        message: `${what} is used here too. Each call appears in both, and neither trace contains the other.`,
        fix: 'No action is needed. To see each call once, keep one of the two.',
        resolution: 'none',
      });
    case 'registration-patched':
      return finding({
        ...place,
        rule: 'langfuse/registration-patched',
        message: `\`${what}\` of the server is replaced here. Handlers registered through it are traced inside the replacement.`,
        fix: 'No action is needed. The trace covers the handler, not the code that the replacement runs around it.',
        resolution: 'none',
      });
    case 'server-from-package':
      if (isObserved) {
        return finding({
          ...place,
          rule: 'langfuse/server-from-package',
          message: `\`${what}\` creates the server here. The server is observed, so each call of its tools is traced with name, arguments and result.`,
          fix: 'No action is needed. The traces do not show the steps inside these tools, or their Atlas tasks.',
          resolution: 'none',
        });
      }
      return finding({
        ...place,
        rule: 'langfuse/server-from-package',
        message: `\`${what}\` creates the server here. Its tools are traced only if its sources are in this repository.`,
        fix: 'Ask its authors for a hook around its tools, or register them yourself. Other tools are traced as usual.',
      });
    case 'tools-from-package':
      return finding({
        ...place,
        rule: 'langfuse/server-from-package',
        message: `\`${what}\` gets the server here and can register tools. They are traced only if their sources are in this repository.`,
        fix: 'Ask its authors for a hook around its tools, or register them yourself. Other tools are traced as usual.',
      });
    case 'model-call-unseen':
      return finding({
        ...place,
        rule: 'langfuse/model-call-unseen',
        message: `This call of \`${what}\` reaches a language model and is not recorded as a generation.`,
        fix: 'Record it yourself: const generation = createGeneration(trace, { name, model, input }); … generation.end(output, { input, output });',
      });
  }
}
