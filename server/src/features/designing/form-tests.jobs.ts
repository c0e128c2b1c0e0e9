import { Type } from 'typebox'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import { defineJob, exponential } from '../../jobs/define-job.ts'
import { WorkplaceRefused } from '../../ports/workplace.ts'
import { formOrg } from '../forms/index.ts'
import { senderOf, testCard } from '../notifications/index.ts'
import * as repo from './form-tests.repo.ts'

/**
 * Sends the card of a test. Safe to run twice: what was sent is not sent again, and of a call whose answer was lost the
 * platform drops the same text to the same person within a day.
 */
export const sendTestCard = defineJob({
  name: 'designing.test-card',
  queue: 'push',
  data: Type.Object({ orgId: Uuid, testId: Uuid }),
  retryAfterMs: exponential(2_000, 300_000),
  async run({ orgId, testId }, { deps, inOrg, log }) {
    const ready = await inOrg(orgId, async (scope) => {
      const test = await repo.testById(scope, testId)
      if (!test || test.sentAt !== null || test.endsAt <= deps.clock.now()) return null
      const [people, sender, org] = [
        await repo.present(scope, test.memberIds),
        await senderOf(scope, 'forms'),
        await formOrg(scope),
      ]
      return { test, people, sender, org }
    })
    if (!ready) return
    const { test, people, sender, org } = ready
    const note = async (outcome: Parameters<typeof repo.noteSending>[2]) => {
      await inOrg(orgId, (scope) => repo.noteSending(scope, testId, outcome))
      deps.live.publish(orgId, { kind: 'form-test', draftId: test.draftId })
    }
    if (!sender || people.length === 0) return note({ failure: sender ? 'nobody-left' : 'app-not-enabled' })
    const message = testCard(
      { title: test.content.title, corpId: sender.corpId },
      { publicUrl: deps.config.PUBLIC_URL },
      { id: testId, sentBy: test.sentByName, endsOn: civilDayOf(test.endsAt, org.timeZone) },
    )
    try {
      await deps.workplace.sendMessage(
        { app: 'forms', ...sender },
        people.map(({ userId }) => userId),
        message,
      )
    } catch (error) {
      if (!(error instanceof WorkplaceRefused)) throw error
      log.warn({ err: error, orgId, testId }, 'the platform refused a test card')
      return note({ failure: 'refused' })
    }
    await note({ sentAt: deps.clock.now() })
  },
})
