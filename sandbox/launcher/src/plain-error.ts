/** A fault with a remedy, for the person at the terminal: shown as it is, without a stack. */
export class PlainError extends Error {
  override readonly name = 'PlainError'
}
