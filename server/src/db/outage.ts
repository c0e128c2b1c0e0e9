/** Stopped by an administrator or a crash, starting, recovering, out of connections; or too busy to answer in time. */
const awayStates = ['57P01', '57P02', '57P03', '53300', '57014', '55P03']
const cutConnections = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']
/** The driver says these in words only. */
const driverWords = /^Connection terminated|^timeout exceeded when trying to connect|not queryable/

/** Whether a request failed because the database was away for a moment: the same again, a little later, may succeed. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return (
    awayStates.includes(code) ||
    code.startsWith('08') ||
    cutConnections.includes(code) ||
    driverWords.test(error.message) ||
    isOutage(error.cause)
  )
}
