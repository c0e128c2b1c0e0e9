import type { Contract } from './contract.ts'

/** An answer that never came may still be asked for so long under the same key; later it is another act. */
const rememberedMs = 10 * 60_000
const keyBytes = 16

interface Act {
  readonly key: string
  readonly since: number
}

/**
 * Keys of the acts of one client: the same act has the same key while it is on its way, a double tap included,
 * and when it is tried again because no answer came. Once it was answered the next is another act.
 * @param now milliseconds by a clock that only runs forward.
 */
export function actKeys(now: () => number = () => performance.now()) {
  const acts = new Map<string, Act>()
  return {
    /** @param name whatever tells this act from others. */
    keyOf(name: string): string {
      const known = acts.get(name)
      if (known && now() - known.since < rememberedMs) return known.key
      const act = { key: randomKey(), since: now() }
      acts.set(name, act)
      return act.key
    },
    /** It was answered, one way or the other. */
    done(name: string, key: string): void {
      if (acts.get(name)?.key === key) acts.delete(name)
    },
  }
}

/** Not `randomUUID`: pages that came without TLS have none. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(keyBytes))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Whether a refusal with this status leaves open what became of the act. */
export function leavesOpen(status: number, code: string): boolean {
  return status >= 500 || code === 'idempotency-key.busy'
}

/** What tells an act from others. */
export function nameOfAct({ method }: Pick<Contract, 'method'>, url: string, body: unknown): string {
  return `${method} ${url} ${JSON.stringify(body) ?? ''}`
}
