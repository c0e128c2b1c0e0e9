import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'
import type { OrgScope } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import { hasAnybody } from '../completeness/index.ts'
import * as forms from '../forms/index.ts'
import type { FormOrg } from '../forms/index.ts'
import { settingsProblem } from './settings.ts'

/** @throws AppError `form.settings-invalid` with the reason, `form.audience-empty`. */
export async function checkSettings(
  scope: OrgScope,
  settings: FormSettings,
  now: number,
  org: FormOrg,
): Promise<void> {
  const problem = settingsProblem(settings, now, org.timeZone)
  if (problem) throw new AppError('form.settings-invalid', { reason: problem })
  const { audience, sharedViewers } = settings
  const named = audience.kind === 'some' ? audience : { departmentIds: [], userIds: [] }
  const unknown = await forms.unknownInSettings(scope, {
    departmentIds: named.departmentIds,
    userIds: [...named.userIds, ...sharedViewers],
  })
  if (unknown.departments > 0) throw new AppError('form.settings-invalid', { reason: 'department.unknown' })
  if (unknown.people > 0) throw new AppError('form.settings-invalid', { reason: 'person.unknown' })
  if (!(await hasAnybody(scope, audience))) throw new AppError('form.audience-empty')
}
