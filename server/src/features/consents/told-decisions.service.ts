import { guardianPurpose, isGiven, noticePurpose } from '@kangbao/shared/consents/notice.ts'
import type { Guardian } from '@kangbao/shared/contracts/consents.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import type { FormFacts } from '../forms/index.ts'
import { insertDecisions, newestDecisions, type NewDecision } from './consents.repo.ts'
import { noticeFor, sealedGuardian, subjectOf } from './consents.service.ts'

/** What somebody said who was read the notice by another. */
export interface ToldDecisions {
  readonly memberId: string
  /** Member who read it to him and writes down what he said; null when he read it himself, at a kiosk. */
  readonly toldBy: string | null
  readonly kioskId?: string
  /** Version that was read out. */
  readonly version: number
  readonly granted: readonly string[]
  /** Who looks after a child, stood beside and consented (S-44). */
  readonly guardian?: Guardian | undefined
}

/**
 * Writes down what a person decided who has no device of his own (S-38): the notice was read to him, and he said which
 * purposes he agrees to. What he gave before stays: only he himself takes a consent back, since answers go with it.
 * @throws AppError `consent.outdated` when another version was read, `phone.invalid` for a guardian’s that is none.
 */
export async function writeTold(
  scope: OrgScope,
  deps: Pick<Deps, 'vault' | 'clock'>,
  facts: FormFacts,
  { memberId, toldBy, kioskId, version, granted, guardian }: ToldDecisions,
): Promise<void> {
  const shown = noticeFor(facts)
  if (version !== shown.version) throw new AppError('consent.outdated')
  const subject = subjectOf(facts)
  const known = await newestDecisions(scope, memberId, subject)
  const row = (purpose: string, decision: 'given' | 'refused'): NewDecision => ({
    id: newId(),
    memberId,
    subject,
    purpose,
    version,
    decision,
    ...(toldBy !== null && { toldBy }),
    ...(kioskId !== undefined && { kioskId }),
  })
  const open = shown.purposes.filter(({ id }) => !isGiven(shown, known, id))
  const wasDecided = (id: string) =>
    known.some((each) => each.purpose === id && (each.decision === 'given' || each.version === version))
  const rows = [
    ...(isGiven(shown, known, noticePurpose) ? [] : [row(noticePurpose, 'given')]),
    ...open.filter(({ id }) => granted.includes(id)).map(({ id }) => row(id, 'given')),
    ...open.filter(({ id }) => !granted.includes(id) && !wasDecided(id)).map(({ id }) => row(id, 'refused')),
    ...(guardian
      ? [await sealedGuardian({ deps, orgId: scope.orgId }, row(guardianPurpose, 'given'), guardian)]
      : []),
  ]
  await insertDecisions(scope, rows, deps.clock.now())
}
