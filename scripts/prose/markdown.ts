import type { Nodes, PhrasingContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';
import { codeWord, type Passage } from './passage.js';

/** Paragraphs, headings and table cells of a page, without code and without link targets. */
export function markdownPassages(file: string, text: string): Passage[] {
  const page = fromMarkdown(text.replace(/^---\n[\s\S]*?\n---\n/, blankLines), {
    extensions: [gfmTable()],
    mdastExtensions: [gfmTableFromMarkdown()],
  });
  return passagesIn(page);

  function passagesIn(node: Nodes): Passage[] {
    if (node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableCell') {
      const prose = node.children.map(proseOf).join('').trim();
      const line = node.position?.start.line ?? 1;
      return prose === '' ? [] : [{ file, kind: 'doc', text: prose, line }];
    }
    return 'children' in node ? node.children.flatMap(passagesIn) : [];
  }
}

function proseOf(node: PhrasingContent): string {
  if (node.type === 'inlineCode') return codeWord();
  if (node.type === 'text') return node.value;
  if (node.type === 'break') return ' ';
  return 'children' in node ? node.children.map(proseOf).join('') : '';
}

/** Keeps line numbers. */
function blankLines(text: string): string {
  return text.replace(/[^\n]/g, '');
}
