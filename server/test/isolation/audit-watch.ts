import { sql } from 'drizzle-orm'
import type { Contract } from '@kangbao/shared/contracts/contract.ts'
import type { TestServer } from '../server.ts'
import type { IsolationCaller } from './callers.ts'
import type { Reply } from './calls.ts'
import { keyOf } from './registry.ts'

/** What the calls of a matrix left in the audit logs (S-46). */
export interface AuditResult {
  /** Answers that gave out somebody's data, and calls that changed something. */
  readonly answered: { reads: number; changes: number }
  /** Those of them without a row, and refusals with one. */
  readonly wrong: string[]
  /** Every row, as text. */
  readonly rows: string[]
}

export interface AuditWatch {
  readonly result: AuditResult
  /** Leaves out what was written until now. */
  catchUp(): Promise<void>
  /**
   * Looks for the row of a call that has just been made.
   * @param mayRepeat Whether asking for the same again is answered without a change: then the first has the row.
   */
  judge(contract: Contract, caller: IsolationCaller, reply: Reply, mayRepeat: boolean): Promise<void>
}

interface Written {
  readonly action: string
  readonly actor: string
  readonly orgId: string
}

const noOrg = '00000000-0000-0000-0000-000000000000'

/** Follows the rows of all logs by the list of those that wait for their link; no chainer runs beside it. */
export async function watchAudit({ deps }: TestServer): Promise<AuditWatch> {
  const { database } = deps
  const result: AuditResult = { answered: { reads: 0, changes: 0 }, wrong: [], rows: [] }
  let seen = ''
  const actions = new Set<string>()

  async function arrivals(): Promise<{ orgId: string; id: string }[]> {
    const { rows } = await database.pool.query<{ orgId: string; id: string }>(
      `select org_id as "orgId", id from audit_waiting where id::text > $1 order by id`,
      [seen],
    )
    seen = rows.at(-1)?.id ?? seen
    return rows
  }

  async function read({ orgId, id }: { orgId: string; id: string }): Promise<Written> {
    const [text, row] = await (orgId === noOrg
      ? database.inSystem(({ tx }) => rowOf(tx, 'system_audit_log', id))
      : database.inOrg(orgId, { kind: 'system', name: 'test' }, ({ tx }) => rowOf(tx, 'audit_log', id)))
    result.rows.push(text)
    return { ...row, orgId }
  }

  return {
    result,
    async catchUp() {
      await arrivals()
    },
    async judge(contract, caller, reply, mayRepeat) {
      const written = await Promise.all((await arrivals()).map(read))
      const { audit } = contract
      if (audit.kind !== 'reads' && audit.kind !== 'changes') return
      const own = written.filter(({ action }) => action === audit.action)
      const what = `${keyOf(contract)} as ${caller.name}: ${reply.status}`
      if (reply.status >= 400) {
        if (own.length > 0) result.wrong.push(`${what}, refused and written down as ${audit.action}`)
        return
      }
      result.answered[audit.kind] += 1
      const isRepeated = mayRepeat && actions.has(audit.action)
      for (const { action } of written) actions.add(action)
      if (own.length === 0 && !isRepeated) result.wrong.push(`${what} without a row of ${audit.action}`)
      if (caller.role !== null && own.some(({ actor }) => !actor.startsWith(actorOf(caller))))
        result.wrong.push(`${what}: the row does not say who`)
    },
  }
}

function actorOf({ role }: IsolationCaller): string {
  if (role === 'operator') return 'operator'
  return role === 'viewer' ? 'viewer:' : 'member:'
}

type Tx = Parameters<Parameters<TestServer['deps']['database']['inSystem']>[0]>[0]['tx']

async function rowOf(tx: Tx, table: 'audit_log' | 'system_audit_log', id: string) {
  const { rows } = await tx.execute<{ text: string; action: string; actor: string }>(
    sql`select t::text as text, action, actor from ${sql.raw(table)} t where id = ${id}`,
  )
  const row = rows[0]
  if (!row) throw new Error(`${table} has lost ${id}`)
  return [row.text, { action: row.action, actor: row.actor }] as const
}
