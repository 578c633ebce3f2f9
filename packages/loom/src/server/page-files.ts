/** The page's files by path. The build replaces this file with the built files of `app/`. */
export const PAGE_FILES: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {};
