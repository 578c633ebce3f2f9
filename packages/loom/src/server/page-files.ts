/** The page's files by their paths. The build puts what it has made of `app/` in place of this file. */
export const PAGE_FILES: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {};
