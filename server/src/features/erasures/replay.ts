import type { Deps } from '../../deps.ts'
import type { ErasureLine } from '../../ports/erasure-journal.ts'
import { eraseMember } from './erase-member.ts'
import { eraseOrg } from './erase-org.ts'
import { isDone, markDone } from './erasures.repo.ts'
import { takeBack } from './take-back.ts'

export interface Replayed {
  lines: number
  failed: number
}

/**
 * Takes away again what was erased since the backup that was restored. To be run before the server opens; every
 * line is safe to run twice, and one of an org the backup does not know has nothing to do.
 */
export async function replayErasures(
  deps: Pick<Deps, 'database' | 'vault' | 'clock' | 'erasures' | 'log'>,
): Promise<Replayed> {
  const done: Replayed = { lines: 0, failed: 0 }
  for await (const line of deps.erasures.lines()) {
    try {
      await replay(deps, line)
      done.lines += 1
    } catch (error) {
      done.failed += 1
      deps.log.error({ err: error, kind: line.kind, orgId: line.orgId }, 'an erasure was not replayed')
    }
  }
  return done
}

async function replay(
  { database, vault, clock }: Pick<Deps, 'database' | 'vault' | 'clock'>,
  line: ErasureLine,
): Promise<void> {
  if (!(await isKnown({ database }, line.orgId))) return
  const actor = { kind: 'system', name: 'erasures.replay' } as const
  const now = clock.now()
  if (line.kind === 'org')
    return eraseOrg(line.orgId, vault, (work) => database.inOrg(line.orgId, actor, work), now)
  await database.inOrg(line.orgId, actor, async (scope) => {
    if (line.kind === 'member') {
      // Known as done: the backup is younger than the erasure, and what is there was filed since.
      if (await isDone(scope, line.erasureId)) return
      await eraseMember(scope, line.memberId, now)
      return markDone(scope, { id: line.erasureId, memberId: line.memberId, askedAt: line.at, now })
    }
    await takeBack({ vault }, scope, { ...line, at: line.at, now })
  })
}

async function isKnown({ database }: Pick<Deps, 'database'>, orgId: string): Promise<boolean> {
  const { rowCount } = await database.pool.query('select from orgs where id = $1 and erased_at is null', [
    orgId,
  ])
  return rowCount === 1
}
