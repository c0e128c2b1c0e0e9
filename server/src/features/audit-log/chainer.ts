import { chainKey, chainSeals, linksOf, type Head } from './chain.ts'
import {
  addLinks,
  claimChain,
  headOf,
  lastSweptLink,
  logName,
  moveTail,
  tailOf,
  waitingRows,
  type LogScope,
} from './chain.repo.ts'

const batch = 1_000

type Vault = Parameters<typeof chainKey>[0]

/**
 * Gives waiting rows of one log their places, in the transaction of the scope.
 * @returns the new head, or null when nothing waited or another chainer is at it.
 */
export async function chainWaiting(
  scope: LogScope,
  vault: Vault,
): Promise<(Head & { added: number }) | null> {
  if (!(await claimChain(scope))) return null
  const waiting = await waitingRows(scope, batch)
  if (waiting.length === 0) return null
  const seals = chainSeals(await chainKey(vault), logName(scope))
  const before = (await headOf(scope)) ?? (await tailOf(scope)) ?? seals.beginning
  const links = linksOf(seals, before, waiting)
  await addLinks(scope, links)
  const last = links.at(-1)
  return last ? { seq: last.seq, mac: last.mac, added: links.length } : null
}

/** Cuts off the beginning of a chain whose rows are all swept, and seals where it begins now. */
export async function cutSweptLinks(scope: LogScope, vault: Vault): Promise<void> {
  if (!(await claimChain(scope))) return
  const last = await lastSweptLink(scope)
  if (last === null) return
  const seals = chainSeals(await chainKey(vault), logName(scope))
  await moveTail(scope, { ...last, seal: seals.tail(last) })
}
