/**
 * The text that must be in a file for it to be worth parsing. In a module of its own, because the
 * rest of this room loads the compiler.
 */
export const CANDIDATE =
  /\.\s*(?:tool|registerTool)\s*[(<]|new\s+McpServer\b|@create-something\/observability/;
