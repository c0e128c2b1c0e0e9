import { civilDate, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { onceStart, periodOf } from '@kangbao/shared/calendar/period.ts'
import { may } from '@kangbao/shared/contracts/permissions.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import type { FormDefinition } from '@kangbao/shared/forms/definition.ts'
import type { OrgScope } from '../../db/database.ts'
import type { JobContext } from '../../jobs/define-job.ts'
import { viewOf } from '../completeness/index.ts'
import { departmentNames } from '../directory/index.ts'
import {
  definitionOf,
  definitionsOf,
  formById,
  formOrg,
  type FormOrg,
  type PublishedForm,
} from '../forms/index.ts'
import { answersPlace } from '../submissions/index.ts'
import * as repo from './exports.repo.ts'
import type { ExportRow } from './exports.repo.ts'
import type { Range, SealedAnswers } from './rows.repo.ts'
import { columnsOf, type Layout } from './shapes.ts'

/** Why a run ends before its end. `gone`: thrown away, or another run has taken over. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped'
  constructor(readonly reason: 'gone' | 'permission') {
    super(`export stopped: ${reason}`)
  }
}

/** One run of an export: what it writes, and the door to its rows. */
export interface Run {
  readonly orgId: string
  readonly row: ExportRow
  readonly form: PublishedForm
  readonly title: string
  readonly org: FormOrg
  readonly askerName: string
  /** Of the department it is narrowed to. */
  readonly departmentName: string | null
  readonly layout: Layout
  /** Everybody whose answers were written, for the audit log. */
  readonly people: Set<string>
  rowsDone: number
  /** Sealed; tells this run from another one. */
  contentKey: Buffer | null
  /**
   * One transaction of the run. Whether it still may go on, and what its asker may see, is read anew each time: a role
   * taken away or a deletion is felt by the next page (S-10, S-40).
   * @throws RunStopped
   */
  readonly page: <T>(work: (scope: OrgScope, range: Range) => Promise<T>) => Promise<T>
  readonly open: (sealed: SealedAnswers) => Promise<{ definition: FormDefinition; answers: Answers }>
  /** What people call a period. */
  readonly periodName: (start: CivilDate) => string
}

/** @throws RunStopped when there is nothing left to run, or its asker may not any more. */
export async function openRun({ deps, inOrg }: JobContext, orgId: string, exportId: string): Promise<Run> {
  return inOrg(orgId, async (scope) => {
    const row = await repo.byId(scope, exportId)
    const form = row && (await formById(scope, row.formId))
    if (!row || !form || (row.state !== 'queued' && row.state !== 'running')) throw new RunStopped('gone')
    const asker = await repo.askerOf(scope, row.memberId)
    if (!asker) throw new RunStopped('permission')
    const versions = new Map(await definitionsOf(scope, form.id))
    const definitions = [...versions.values()]
    const org = await formOrg(scope)
    const { locale, fields, departmentId } = row.request
    const names = departmentId === undefined ? null : await departmentNames(scope, [departmentId])
    const run: Run = {
      orgId,
      row,
      form,
      org,
      title: definitions[0]?.title[locale] ?? '',
      askerName: asker.name,
      departmentName: (departmentId !== undefined && names?.get(departmentId)) || null,
      layout: {
        locale,
        zone: org.timeZone,
        isFull: row.reason !== null,
        columns: columnsOf(definitions, fields),
      },
      people: new Set(),
      rowsDone: 0,
      contentKey: null,
      periodName: (start) => (start === onceStart ? 'once' : periodOf(form.periodKind, start)),
      page: (work) =>
        inOrg(orgId, async (pageScope) => {
          const range = await rangeNow(pageScope, run)
          const { contentKey, rowsDone } = run
          if (contentKey && !(await repo.advance(pageScope, { id: exportId, contentKey, rowsDone })))
            throw new RunStopped('gone')
          deps.live.publish(orgId, { kind: 'export', formId: form.id })
          return work(pageScope, range)
        }),
      open: async (sealed) => {
        const { formVersion, revision, periodStart, memberId } = sealed
        const definition =
          versions.get(formVersion) ??
          (await inOrg(orgId, (each) => definitionOf(each, form.id, formVersion)))
        if (!definition) throw new Error('answers to a version that is gone')
        const place = answersPlace({ orgId, formId: form.id, periodStart, memberId }, revision)
        const answers = JSON.parse(await deps.vault.open(place, sealed.answers)) as Answers // sealed by the writer
        return { definition, answers }
      },
    }
    return run
  })
}

/** What the asker may see at this moment, narrowed to what he asked for. */
async function rangeNow(scope: OrgScope, { row, form }: Run): Promise<Range> {
  const asker = await repo.askerOf(scope, row.memberId)
  if (!asker || !may(asker.role, 'submissions.read')) throw new RunStopped('permission')
  const view = await viewOf(
    { role: asker.role, memberId: row.memberId, inOrg: (work) => work(scope) },
    form.id,
  )
  const { departmentId, from, to, abnormalOnly } = row.request
  if (departmentId !== undefined && view !== 'all' && !view.includes(departmentId))
    throw new RunStopped('permission')
  return {
    formId: form.id,
    view: departmentId === undefined ? view : [departmentId],
    from: from === undefined ? onceStart : civilDate(from),
    to: to === undefined ? onceStart : civilDate(to),
    abnormalOnly: abnormalOnly ?? false,
  }
}
