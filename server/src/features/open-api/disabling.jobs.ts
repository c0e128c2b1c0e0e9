import { Type } from 'typebox'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import type { WebhookEndpoint } from '@kangbao/shared/contracts/webhooks.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { defineJob, exponential } from '../../jobs/define-job.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import { WorkplaceRefused } from '../../ports/workplace.ts'
import { senderOf } from '../notifications/index.ts'
import * as sending from './sending.repo.ts'

const mostTold = 50

/** Nothing is sent there any more; what happened meanwhile waits in the feed, and the admins are told. */
export async function disableEndpoint(
  scope: OrgScope,
  endpointId: string,
  reason: NonNullable<WebhookEndpoint['disabledFor']>,
  now: EpochMs,
): Promise<void> {
  if (!(await sending.disable(scope, endpointId, reason))) return
  await appendAudit(scope, {
    action: 'webhook.disabled',
    object: `webhook:${endpointId}`,
    detail: { reason },
    at: now,
  })
  await emit(scope, tellDisabled, { orgId: scope.orgId, endpointId }, { now })
}

/** A work notification to the main admins. The platform drops the same text to the same person within a day. */
export const tellDisabled = defineJob({
  name: 'open-api.tell-disabled',
  queue: 'push',
  data: Type.Object({ orgId: Uuid, endpointId: Uuid }),
  retryAfterMs: exponential(2_000, 300_000),
  async run({ orgId, endpointId }, { deps, inOrg, log }) {
    const ready = await inOrg(orgId, async (scope) => ({
      receiver: await sending.receiverOf(scope, endpointId, deps.clock.now()),
      sender: await senderOf(scope, 'forms'),
      people: await sending.mainAdmins(scope, mostTold),
    }))
    const { receiver, sender, people } = ready
    if (!receiver || !sender || people.length === 0) return
    const message = {
      title: '【开放接口】Webhook 已自动停用',
      lines: [{ label: '接收地址', value: new URL(receiver.url).host }],
      text: '该地址已拒收或连续多日未能接收事件，系统已停止发送。期间的事件保留 30 天，请在管理后台“开放接口”中检查后重新启用。',
      url: `${deps.config.PUBLIC_URL}/console/open-api`,
    }
    try {
      await deps.workplace.sendMessage({ app: 'forms', ...sender }, people, message)
    } catch (error) {
      if (!(error instanceof WorkplaceRefused)) throw error
      log.warn({ err: error, orgId, endpointId }, 'the platform refused to tell of a disabled webhook')
    }
  },
})
