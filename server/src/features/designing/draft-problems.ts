import type { FormDefinition } from '@kangbao/shared/forms/definition.ts'
import {
  definitionProblems,
  type DefinitionProblem,
} from '@kangbao/shared/forms/design/definition-problems.ts'
import type { OrgScope } from '../../db/database.ts'
import { unknownInSettings } from '../forms/index.ts'

/** What keeps a form from being published, with what only the directory can say: people its rules tell who have left. */
export async function draftProblems(
  scope: OrgScope,
  definition: FormDefinition,
): Promise<DefinitionProblem[]> {
  const problems = definitionProblems(definition)
  for (const { id, abnormal, alerts } of definition.findings) {
    if (!abnormal || !alerts || alerts.people.length === 0) continue
    const { people } = await unknownInSettings(scope, { departmentIds: [], userIds: alerts.people })
    if (people > 0)
      problems.push({ at: { finding: id }, reason: 'alerts.unknown-person', names: String(people) })
  }
  return problems
}
