declare module 'write-good' {
  interface Place {
    readonly index: number;
    readonly offset: number;
  }
  interface Check {
    readonly fn: (text: string) => Place[];
    readonly explanation: string;
  }
  export default function writeGood(
    text: string,
    options: { readonly checks: Readonly<Record<string, Check>> },
  ): (Place & { readonly reason: string })[];
}
