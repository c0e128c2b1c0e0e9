import { subjectOf, type CallParts } from '@kangbao/shared/audit/subject.ts'
import type { Contract } from '@kangbao/shared/contracts/contract.ts'
import { appendAuditAlone } from '../db/audit.repo.ts'
import { withAuditTrail } from '../db/audit-trail.ts'
import { noteSystem } from '../db/system-audit.system.ts'
import { actorOf, systemActorOf, type RequestContext } from './context.ts'

type Subjective = Extract<Contract['audit'], { kind: 'reads' | 'changes' }>

/**
 * Runs a handler and writes down the read its contract declares before the answer leaves, unless the service has: no
 * row, no answer (S-46). What changes something writes its row in the transaction of the change.
 */
export function audited<T>(
  { audit }: Pick<Contract, 'audit'>,
  input: Omit<CallParts, 'response'>,
  ctx: RequestContext,
  work: () => Promise<T>,
): Promise<T> {
  if (audit.kind !== 'reads') return work()
  return withAuditTrail(async (written) => {
    const response = await work()
    if (!written.has(audit.action)) await writeRead(audit, { ...input, response }, ctx)
    return response
  })
}

async function writeRead(
  audit: Subjective,
  parts: CallParts,
  { deps, caller }: RequestContext,
): Promise<void> {
  const { object, people, detail } = subjectOf(audit, parts)
  const at = deps.clock.now()
  const { action } = audit
  if (caller?.kind === 'member')
    await appendAuditAlone(
      deps.database,
      { orgId: caller.orgId, actor: actorOf(caller) },
      { action, object, people, detail, at },
    )
  else
    await deps.database.inSystem((system) =>
      noteSystem(system, { action, object, detail, at, ...(caller ? { actor: systemActorOf(caller) } : {}) }),
    )
}
