import { AsyncLocalStorage } from 'node:async_hooks'

/** Nobody waits longer for one statement at a screen (S-80); jobs may take what the pool grants. */
export const interactiveStatementMs = 5_000

const requests = new AsyncLocalStorage<true>()

/** Runs what answers a request: the statements below it are cut off early. */
export function asInteractive<T>(work: () => T): T {
  return requests.run(true, work)
}

/** A statement's limit for what runs here, to be said at the beginning of its transaction. */
export function statementLimit(): string {
  return requests.getStore() ? `; set local statement_timeout = ${interactiveStatementMs}` : ''
}
