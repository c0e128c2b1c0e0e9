import type { MyNotifications, NotificationChoice } from '@kangbao/shared/contracts/my-notifications.ts'
import { ways, type Way } from '@kangbao/shared/delivery/ways.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { Deps } from '../../deps.ts'
import type { MemberContext } from '../../http/context.ts'
import * as repo from './choices.repo.ts'

const inOrder = (stopped: readonly Way[]) => ways.filter((way) => stopped.includes(way))

export async function mine({ inOrg, memberId }: MemberContext): Promise<MyNotifications> {
  return inOrg(async (scope) => {
    const { stopped, quietHours } = await repo.choicesOf(scope, memberId)
    return { stopped: inOrder(stopped), quietHours }
  })
}

/** Takes the place of what was chosen before. */
export async function choose(
  { deps, inOrg, memberId }: MemberContext,
  choice: NotificationChoice,
): Promise<MyNotifications> {
  const now = deps.clock.now()
  return inOrg(async (scope) => {
    const { quietHours = (await repo.choicesOf(scope, memberId)).quietHours } = choice
    const chosen = { stopped: inOrder(choice.stopped), quietHours }
    await repo.saveChoices(scope, memberId, chosen, now)
    await appendAudit(scope, {
      action: 'notifications.chosen',
      object: `member:${memberId}`,
      people: [memberId],
      detail: {
        stopped: chosen.stopped.join(' '),
        quietHours: quietHours && `${quietHours.from}-${quietHours.to}`,
      },
      at: now,
    })
    return chosen
  })
}

/** Stops one way for whoever opened its link: that he reads the mailbox is all he has to show. Safe to run again. */
export async function stopByLink(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  { orgId, memberId, way }: { readonly orgId: string; readonly memberId: string; readonly way: Way },
): Promise<void> {
  const now = clock.now()
  await database.inOrg(orgId, { kind: 'system', name: 'notifications.stop-link' }, async (scope) => {
    if (!(await repo.stopOne(scope, memberId, way, now))) return
    await appendAudit(scope, {
      action: 'notifications.chosen',
      object: `member:${memberId}`,
      people: [memberId],
      detail: { stopped: way, byLink: true },
      at: now,
    })
  })
}
