import type { Objects } from './objects.ts'

/** An org and what a job may name of it. */
export interface JobObjects extends Pick<
  Objects,
  | 'formId'
  | 'memberId'
  | 'userId'
  | 'departmentId'
  | 'fileId'
  | 'erasureId'
  | 'exportId'
  | 'scheduleId'
  | 'testId'
  | 'endpointId'
  | 'deliveryId'
> {
  readonly pushId: string
}

const periodStart = '2026-03-02'
const sendAt = '2026-03-02T01:00:00.000Z'

/**
 * What each job may be asked about another org's object: its own org, ids from elsewhere. A job that takes no id besides
 * its org says so with `{}`; one that works over all orgs with `null` and has tests of its own.
 */
export const jobRequests: Readonly<Record<string, ((objects: JobObjects) => object) | null>> = {
  'authorisation.refresh': null,
  'authorisation.activate': null,
  'reports.range': null,
  'reports.reconcile': null,
  'reports.ask-parked': null,
  'retention.sweep': () => ({}),
  'erasures.org': () => ({}),
  'erasures.run': ({ erasureId }) => ({ erasureId }),
  'erasures.finish-withdrawal': ({ memberId }) => ({
    memberId,
    subject: 'zhengzhou/daily',
    purpose: 'remarks',
  }),
  'directory.sync': () => ({}),
  'directory.refresh-admins': () => ({}),
  'directory.refresh-member': ({ userId }) => ({ userId }),
  'directory.refresh-department': ({ departmentId }) => ({ departmentId }),
  'completeness.on-time': ({ formId }) => ({ formId, periodStart, dueAt: 1 }),
  'completeness.prepare': ({ formId }) => ({ formId, periodStart }),
  'completeness.recount': ({ formId }) => ({ formId, periodStart }),
  'designing.test-card': ({ testId }) => ({ testId }),
  'exports.run': ({ exportId }) => ({ exportId }),
  'exports.schedule': ({ scheduleId }) => ({ scheduleId }),
  'exports.share': ({ scheduleId, memberId }) => ({ scheduleId, memberId, dueAt: sendAt }),
  'exports.letter': ({ exportId }) => ({ exportId }),
  'exports.expire': ({ exportId }) => ({ exportId }),
  'files.erase': ({ fileId }) => ({ fileId }),
  'files.sweep': ({ fileId }) => ({ fileId }),
  'notifications.alert': ({ formId, memberId }) => ({ formId, periodStart, memberId }),
  'notifications.new-answers': ({ formId }) => ({ formId, periodStart }),
  'notifications.push': ({ pushId }) => ({ pushId }),
  'notifications.reads': ({ pushId }) => ({ pushId }),
  'notifications.settle': ({ pushId }) => ({ pushId }),
  'notifications.digest': ({ formId }) => ({ steps: [{ formId, kind: 'remind-heads', sendAt }] }),
  'notifications.step': ({ formId }) => ({ formId, kind: 'send', sendAt }),
  'open-api.deliver': ({ endpointId }) => ({ endpointId }),
  'open-api.send-once': ({ endpointId, deliveryId }) => ({ endpointId, deliveryId }),
  'open-api.tell-disabled': ({ endpointId }) => ({ endpointId }),
  'reports.deliver': () => ({ kind: 'health' }),
}
