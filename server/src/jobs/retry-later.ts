/** Thrown by a job that knows better than its schedule when to be tried again (the other side said so). */
export class RetryLater extends Error {
  override readonly name = 'RetryLater'
  constructor(
    readonly afterMs: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
