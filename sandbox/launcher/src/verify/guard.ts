/** Something that keeps harm out, and the test that must fail when it is gone. */
export interface Guard {
  readonly name: string
  readonly file: string
  /** The text it consists in: stands in the file exactly once. */
  readonly heart: string
  /** What stands there instead when the guard is gone: code that runs and does not guard. */
  readonly without: string
  readonly test: {
    readonly project: 'unit' | 'client' | 'integration'
    readonly file: string
    /** Only the tests whose name matches this pattern. */
    readonly name?: string
  }
}
