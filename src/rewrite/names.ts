import { RUNTIME, RUNTIME_ATLAS } from '../tools/generated-names.js';
import type { FileImports } from '../tools/syntax/imports.js';
import { identifiersIn, type SourceFile } from '../tools/syntax/syntax.js';

/** The runtime's exports that generated code calls. The alias is used if the file already uses the export's name. */
const EXPORTS = {
  createTrace: { module: RUNTIME, alias: 'createMcpTrace' },
  fromPromptGet: { module: RUNTIME, alias: 'fromMcpPromptGet' },
  fromResourceRead: { module: RUNTIME, alias: 'fromMcpResourceRead' },
  fromToolCall: { module: RUNTIME, alias: 'fromMcpToolCall' },
  observeFetch: { module: RUNTIME, alias: 'observeMcpFetch' },
  observeMessage: { module: RUNTIME, alias: 'observeMcpMessage' },
  observeModel: { module: RUNTIME, alias: 'observeMcpModel' },
  observeServer: { module: RUNTIME, alias: 'observeMcpServer' },
  traceMcpTool: { module: RUNTIME, alias: 'traceTool' },
  traceMcpResource: { module: RUNTIME, alias: 'traceResource' },
  traceMcpPrompt: { module: RUNTIME, alias: 'tracePrompt' },
  mcpToolMetadata: { module: RUNTIME_ATLAS, alias: 'mcpTraceMetadata' },
  mcpResourceMetadata: { module: RUNTIME_ATLAS, alias: 'mcpResourceTraceMetadata' },
  mcpPromptMetadata: { module: RUNTIME_ATLAS, alias: 'mcpPromptTraceMetadata' },
} as const;

export type RuntimeExport = keyof typeof EXPORTS;

/** The local names that a file's generated code uses, and the imports to add for them. */
export interface RuntimeNames {
  local(name: RuntimeExport): string;
  /** Import statements to add, by module, in order. */
  missing(): { module: string; specifiers: string[] }[];
}

/** Chooses the local names: the export's own name, or its alias if the file already uses that name. */
export function runtimeNames(imports: FileImports, file: SourceFile): RuntimeNames {
  let used: ReadonlyMap<string, number> | undefined;
  const isUsed = (name: string) => {
    if (!file.text.includes(name)) return false;
    used ??= identifiersIn(file);
    return used.has(name);
  };
  const added = new Map<RuntimeExport, string>();
  return {
    local(name) {
      const imported = imports.runtimeNames.get(name);
      if (imported) return imported;
      const local = isUsed(name) ? EXPORTS[name].alias : name;
      added.set(name, local);
      return local;
    },
    missing() {
      return [RUNTIME, RUNTIME_ATLAS].flatMap((module) => {
        const specifiers = [...added]
          .filter(([name]) => EXPORTS[name].module === module)
          .map(([name, local]) => (name === local ? name : `${name} as ${local}`))
          .sort();
        return specifiers.length > 0 ? [{ module, specifiers }] : [];
      });
    },
  };
}
