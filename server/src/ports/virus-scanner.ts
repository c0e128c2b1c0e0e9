export type ScanVerdict = { readonly isClean: true } | { readonly isClean: false; readonly finding: string }

/** Looks for malware in what people send. */
export interface VirusScanner {
  /** @throws Error when it gives no verdict: such a file must not be taken. */
  scan(bytes: AsyncIterable<Buffer>): Promise<ScanVerdict>
}
