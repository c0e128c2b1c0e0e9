import { randomUUID } from 'node:crypto'
import * as absences from '@kangbao/shared/contracts/absences.ts'
import * as apiTokens from '@kangbao/shared/contracts/api-tokens.ts'
import * as auditLog from '@kangbao/shared/contracts/audit-log.ts'
import * as cases from '@kangbao/shared/contracts/cases.ts'
import * as colleagues from '@kangbao/shared/contracts/colleagues.ts'
import * as completeness from '@kangbao/shared/contracts/completeness.ts'
import * as consents from '@kangbao/shared/contracts/consents.ts'
import type { Contract, InputOf } from '@kangbao/shared/contracts/contract.ts'
import * as designing from '@kangbao/shared/contracts/designing.ts'
import * as ownTemplates from '@kangbao/shared/contracts/own-templates.ts'
import * as directory from '@kangbao/shared/contracts/directory.ts'
import * as events from '@kangbao/shared/contracts/events.ts'
import * as endpoints from '@kangbao/shared/contracts/endpoints.ts'
import * as exportSchedules from '@kangbao/shared/contracts/export-schedules.ts'
import * as exports from '@kangbao/shared/contracts/exports.ts'
import * as files from '@kangbao/shared/contracts/files.ts'
import * as formTests from '@kangbao/shared/contracts/form-tests.ts'
import * as forms from '@kangbao/shared/contracts/forms.ts'
import * as host from '@kangbao/shared/contracts/host.ts'
import * as tablet from '@kangbao/shared/contracts/kiosk-tablet.ts'
import * as kiosks from '@kangbao/shared/contracts/kiosks.ts'
import * as ledger from '@kangbao/shared/contracts/ledger.ts'
import * as myMail from '@kangbao/shared/contracts/my-mail.ts'
import * as myNotifications from '@kangbao/shared/contracts/my-notifications.ts'
import * as operations from '@kangbao/shared/contracts/operations.ts'
import * as ownData from '@kangbao/shared/contracts/own-data.ts'
import * as parkedReports from '@kangbao/shared/contracts/parked-reports.ts'
import * as reconciliations from '@kangbao/shared/contracts/reconciliations.ts'
import * as reports from '@kangbao/shared/contracts/reports.ts'
import * as rollups from '@kangbao/shared/contracts/rollups.ts'
import * as retention from '@kangbao/shared/contracts/retention.ts'
import * as sessions from '@kangbao/shared/contracts/sessions.ts'
import * as viewing from '@kangbao/shared/contracts/viewers.ts'
import * as record from '@kangbao/shared/contracts/my-record.ts'
import * as submissions from '@kangbao/shared/contracts/submissions.ts'
import * as webhooks from '@kangbao/shared/contracts/webhooks.ts'
import type { ErrorCode } from '@kangbao/shared/errors/catalogue.ts'
import type { DeclaredRoute } from '../../src/http/route.ts'
import { healthyAnswers } from '../answers.ts'
import { ownContent } from '../own-form.ts'
import { plainSettings } from '../world.ts'
import { callerNames, type CallerName } from './callers.ts'
import type { Objects, Tenant } from './objects.ts'

/** What a request may need from the outside world of the test. */
export interface Tools {
  /** A phone nobody used before, in its own time. */
  newPhone(): string
  /** The code the carrier was given for a phone, and what goes back with it. */
  smsCode(
    phone: string,
    purpose: 'sign-in' | 'guest' | 'bind-phone',
  ): Promise<{ phone: string; code: string; challenge: string }>
  newMailAddress(): string
  /** The code that was sent to a mail address nobody used before. */
  mailCode(): Promise<{ address: string; code: string; challenge: string }>
  /** A single-use code of the workplace for somebody of the org. */
  authCode(corpId: string, userId: string): string
  /** A page of ours. */
  readonly pageUrl: string
  readonly setupToken: string
}

/** A contract’s input, and headers where a route asks for some of its own. */
type Asked<C extends Contract> = InputOf<C> & { readonly headers?: Record<string, string> }

export interface Entry {
  readonly contract: Contract
  readonly request: (objects: Objects, tools: Tools) => Asked<Contract> | Promise<Asked<Contract>>
  readonly rules: Rules
}

/** Where a route follows more than the permission table. */
interface Rules {
  /** Members named as shared viewers of the form are let in (Z-31). */
  readonly letsViewersIn?: true
  /** Callers with the permission whom a rule of the route refuses, and the code they get. */
  readonly refuses?: Partial<Readonly<Record<CallerName, ErrorCode>>>
  /** Done once before the first call, in the org whose objects are asked for. */
  readonly prepare?: (ours: Tenant) => Promise<unknown>
  /** Asking twice is answered like asking once, and changes nothing the second time. */
  readonly mayRepeat?: true
  /** Texts about others of his org a caller has a right to: who looked at his data, what he wrote himself. */
  readonly tells?: (ours: Tenant) => readonly string[]
  /** Changes nothing the other routes of this name ask for, which come one after the other: they share an organisation. */
  readonly together?: string
  /** The installation's own work, over all orgs. */
  readonly isOverAllOrgs?: true
}

const entries = new Map<string, Entry>()

export const keyOf = ({ method, path }: Pick<Contract, 'method' | 'path'>): string => `${method} ${path}`

/**
 * How to make a valid request of a route. Read from the objects only the ids the request needs: each of them is then
 * tried with another org's, with one out of scope, and with one that never was.
 */
function entry<C extends Contract>(
  contract: C,
  request: (objects: Objects, tools: Tools) => Asked<C> | Promise<Asked<C>>,
  rules: Rules = {},
): void {
  // The registry keeps contracts of every type side by side; each was checked against its own above.
  const erased = request as unknown as Entry['request']
  entries.set(keyOf(contract), { contract, request: erased, rules })
}

const nothing = () => ({})
const firstPage = () => ({ query: {} })
/** In the name of everybody of every org of the matrix. */
const search = '员工'
const app = 'forms' as const
const english = 'en' as const
const viewers = { letsViewersIn: true } as const
const noGuest = { refuses: { guest: 'form.not-in-audience' } } as const
/** Refused with this code, whoever asks and has the permission. */
function everyone(code: ErrorCode): Partial<Readonly<Record<CallerName, ErrorCode>>> {
  return Object.fromEntries(callerNames.map((name) => [name, code]))
}
const memberOnly = {
  refuses: { operator: 'permission.missing', 'region viewer': 'permission.missing' },
} as const

// Sessions
entry(sessions.signInByAuthCode, ({ corpId, userId }, { authCode }) => ({
  body: { app, corpId, code: authCode(corpId, userId) },
}))
entry(sessions.requestSmsCode, (_objects, { newPhone }) => ({ body: { phone: newPhone() } }))
entry(
  sessions.signInBySms,
  async (_objects, { newPhone, smsCode }) => {
    return { body: await smsCode(newPhone(), 'sign-in') }
  },
  { refuses: { 'signed-out': 'phone.unknown' } },
)
entry(sessions.signInAsGuest, async ({ linkToken }, { newPhone, smsCode }) => {
  return { body: { link: linkToken, name: '访客', ...(await smsCode(newPhone(), 'guest')) } }
})
entry(sessions.requestGuestCode, ({ linkToken }, { newPhone }) => ({
  body: { link: linkToken, phone: newPhone() },
}))
entry(sessions.signInBySetupLink, (_objects, { setupToken }) => ({ body: { token: setupToken } }))
entry(sessions.renewSession, () => ({ body: { refreshToken: 'a-token-nobody-was-given' } }), {
  refuses: { 'signed-out': 'session.expired' },
})
entry(sessions.getMe, nothing)
entry(sessions.getDeviceKey, nothing)
// Nobody here has bound a phone yet, and the operator no authenticator.
entry(sessions.getProofWay, nothing)
entry(sessions.requestProofCode, nothing, { refuses: everyone('proof.impossible') })
entry(sessions.giveProof, () => ({ body: { code: '000000' } }), {
  refuses: {
    ...everyone('proof.invalid'),
    operator: 'proof.impossible',
    'region viewer': 'proof.impossible',
  },
})
entry(sessions.startAuthenticator, nothing, { isOverAllOrgs: true })
entry(sessions.confirmAuthenticator, () => ({ body: { code: '000000' } }), {
  refuses: { operator: 'proof.invalid' },
})
entry(sessions.removeAuthenticator, nothing, { isOverAllOrgs: true })
entry(sessions.requestBindingCode, (_objects, { newPhone }) => ({ body: { phone: newPhone() } }))
entry(sessions.bindPhone, async (_objects, { newPhone, smsCode }) => ({
  body: await smsCode(newPhone(), 'bind-phone'),
}))
entry(myMail.getMyMail, nothing)
entry(myMail.requestMailCode, (_objects, { newMailAddress }) => ({
  body: { address: newMailAddress(), locale: english },
}))
entry(myMail.confirmMail, async (_objects, { mailCode }) => ({
  body: { ...(await mailCode()), locale: english },
}))
entry(myMail.removeMail, nothing)
entry(myNotifications.getMyNotifications, nothing)
entry(myNotifications.chooseMyNotifications, () => ({ body: { stopped: ['mail:reminders' as const] } }))
entry(sessions.listSessions, firstPage)
// The tokens of this matrix belong to no session in the database; whose session is whose is a test of its own.
entry(sessions.endSession, () => ({ params: { sessionId: '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2c' } }), {
  refuses: everyone('resource.missing'),
})
entry(sessions.endOtherSessions, nothing)
entry(sessions.signOut, nothing)
entry(host.signHostConfig, (_objects, { pageUrl }) => ({ body: { app, url: pageUrl } }), memberOnly)

// Directory
entry(directory.getDirectorySync, nothing)
entry(directory.startDirectorySync, nothing)
entry(directory.listDepartments, ({ departmentId }) => ({ query: { parentId: departmentId } }))
entry(directory.listMembers, ({ departmentId, memberCursor }) => ({
  query: { departmentId, cursor: Buffer.from(`a\0${memberCursor}`).toString('base64url') },
}))
entry(directory.searchMembers, ({ departmentId, memberCursor }) => ({
  body: { departmentId, search, cursor: Buffer.from(`a\0${memberCursor}`).toString('base64url') },
}))

// Forms
const some = ({ departmentId, userId }: Objects) => ({
  ...plainSettings,
  audience: { kind: 'some' as const, departmentIds: [departmentId], userIds: [userId] },
  sharedViewers: [userId],
})
entry(forms.listTemplates, nothing)
entry(forms.previewSends, () => ({ body: { repeat: { weekdays: [1], time: '09:00' }, endsOn: null } }))
entry(forms.listForms, ({ formCursor }) => ({ query: { cursor: formCursor } }))
entry(forms.getForm, ({ formId }) => ({ params: { formId } }), viewers)
entry(forms.formQr, ({ formId }) => ({ params: { formId } }))
entry(
  forms.publishForm,
  (objects) => ({ body: { templateId: 'zhengzhou/work-start', settings: some(objects) } }),
  {
    // A template is published once at a time.
    prepare: ({ here, people }) =>
      people.mainAdmin.inject(forms.endForm, { params: { formId: here.openFormId } }),
  },
)
entry(forms.changeFormSettings, (objects) => ({
  params: { formId: objects.formId },
  body: some(objects),
}))
entry(forms.endForm, ({ formId }) => ({ params: { formId } }))

// Designing. Saving comes before publishing: the draft of the other org has a newer revision by then, and stays.
entry(designing.listDrafts, ({ draftCursor }) => ({ query: { cursor: draftCursor } }))
entry(designing.createDraft, ({ formId }) => ({ body: { from: 'copy' as const, formId } }))
entry(designing.getDraft, ({ draftId }) => ({ params: { draftId } }))
entry(ownTemplates.listOwnTemplates, ({ ownTemplateCursor }) => ({ query: { cursor: ownTemplateCursor } }))
entry(ownTemplates.keepOwnTemplate, ({ draftId }) => ({
  body: { of: { draftId }, label: { name: '登记', category: '常用', description: '' } },
}))
entry(ownTemplates.getOwnTemplate, ({ ownTemplateId }) => ({ params: { ownTemplateId } }))
entry(ownTemplates.relabelOwnTemplate, ({ ownTemplateId }) => ({
  params: { ownTemplateId },
  body: { name: '改名', category: '常用', description: '' },
}))
entry(ownTemplates.removeOwnTemplate, ({ ownTemplateId }) => ({ params: { ownTemplateId } }))
entry(formTests.sendFormTest, ({ draftId, userId }) => ({ params: { draftId }, body: { userIds: [userId] } }))
entry(formTests.listFormTests, ({ draftId }) => ({ params: { draftId } }))
entry(formTests.finishFormTest, ({ testId }) => ({ params: { testId } }), memberOnly)
entry(formTests.getFormTest, ({ testId }) => ({ params: { testId } }), memberOnly)
entry(designing.tryRules, ({ draftId }) => ({ params: { draftId } }))
entry(designing.writeXlsForm, ({ draftId }) => ({ params: { draftId } }))
entry(designing.saveDraft, ({ draftId }) => ({
  params: { draftId },
  body: { revision: 1, content: ownContent },
}))
entry(designing.publishDraft, ({ draftId }) => ({
  params: { draftId },
  body: { revision: 1, settings: plainSettings },
}))
entry(designing.deleteDraft, ({ draftId }) => ({ params: { draftId } }))
entry(designing.readXlsForm, nothing)
entry(designing.readOptionList, nothing)
entry(designing.listFormVersions, ({ formId }) => ({ params: { formId } }))

// Filling
/** Only the member has sent or filed it, as himself and as the guest he is here too. */
const senderOnly = {
  'shared viewer': 'resource.missing',
  'sub-admin of the department': 'resource.missing',
  'sub-admin of another department': 'resource.missing',
  'main admin': 'resource.missing',
  'main admin of another org': 'resource.missing',
} as const
entry(submissions.listMyForms, nothing)
entry(submissions.getFilling, ({ formId }) => ({ params: { formId } }), noGuest)
entry(
  submissions.fileSubmission,
  ({ formId, period }) => ({ params: { formId, period }, body: { answers: healthyAnswers('2026-03-02') } }),
  noGuest,
)
entry(submissions.listMySubmissions, firstPage)
entry(record.listMyDays, firstPage)
entry(record.getMySubmission, ({ formId, period }) => ({ params: { formId, period } }), {
  refuses: senderOnly,
})
entry(
  submissions.getSubmission,
  ({ formId, period, memberId }) => ({ params: { formId, period, memberId } }),
  viewers,
)
entry(submissions.revealAnswer, ({ openFormId, memberId }) => ({
  params: { formId: openFormId, period: 'once', memberId },
  body: { field: 'id-number', reason: 'identity-check' as const },
}))
entry(submissions.correctSubmission, ({ formId, period, memberId }) => ({
  params: { formId, period, memberId },
  body: { answers: healthyAnswers('2026-03-02'), reason: '更正体温' },
}))

// Filing for colleagues: nobody of the matrix heads a department, so these are the admins'.
const filersOnly = {
  refuses: {
    guest: 'permission.missing',
    member: 'permission.missing',
    'shared viewer': 'permission.missing',
  },
} as const
entry(colleagues.listColleagueForms, nothing, filersOnly)
entry(colleagues.listColleagues, ({ formId }) => ({ params: { formId }, query: {} }), filersOnly)
entry(colleagues.searchColleagues, ({ formId }) => ({ params: { formId }, body: { search } }), filersOnly)
entry(
  colleagues.getColleagueFilling,
  ({ formId, missingMemberId }) => ({ params: { formId, memberId: missingMemberId } }),
  filersOnly,
)
entry(
  colleagues.fileForColleague,
  ({ formId, period, missingMemberId }) => ({
    params: { formId, period, memberId: missingMemberId },
    body: { answers: healthyAnswers('2026-03-02'), hasAgreed: true as const },
  }),
  filersOnly,
)

// Shared tablets and cards. Closing comes last.
entry(kiosks.listKiosks, firstPage)
entry(kiosks.openKiosk, ({ formId }) => ({ body: { name: '食堂', formIds: [formId] } }))
entry(kiosks.renewKiosk, ({ kioskId }) => ({ params: { kioskId } }))
entry(kiosks.printCards, ({ memberId }) => ({ body: { memberIds: [memberId], isAnew: true } }))
entry(tablet.knockAtKiosk, ({ kioskToken }) => ({ body: { token: kioskToken } }))
entry(tablet.enterKiosk, ({ kioskToken, cardCode }) => ({
  body: { token: kioskToken, presented: { card: cardCode } },
}))
entry(tablet.listKioskForms, ({ kioskToken, kioskPass }) => ({
  body: { token: kioskToken, pass: kioskPass },
}))
entry(tablet.getKioskFilling, ({ kioskToken, kioskPass, formId }) => ({
  body: { token: kioskToken, pass: kioskPass, formId },
}))
entry(tablet.sendKioskFile, ({ kioskToken, kioskPass }) => ({
  query: { purpose: 'signature' as const, key: randomUUID() },
  headers: { [tablet.kioskVisitHeader]: `${kioskToken}.${kioskPass}` },
}))
entry(tablet.fileAtKiosk, ({ kioskToken, kioskPass, formId, period }) => ({
  body: {
    token: kioskToken,
    pass: kioskPass,
    formId,
    period,
    answers: healthyAnswers('2026-03-02'),
  },
}))
entry(kiosks.closeKiosk, ({ kioskId }) => ({ params: { kioskId } }), { mayRepeat: true })

// Consent and own data. Decided first, so that there is something to withdraw.
const subject = 'zhengzhou/daily'
/** Those who looked at his answers are named to him (S-46), and he wrote of the viewer himself. */
const lookers = {
  tells: ({ canaries: { here, there } }: Tenant) =>
    [...here, ...there].filter((text) => /(员工[478]|-user8)$/.test(text)),
}
entry(consents.getNotice, ({ formId }) => ({ params: { formId } }), noGuest)
entry(
  consents.decideConsents,
  ({ formId }) => ({ params: { formId }, body: { version: 1, granted: ['remarks'] } }),
  noGuest,
)
entry(consents.listMyConsents, firstPage)
// The guest among the callers is the member himself, and comes first.
entry(consents.withdrawConsent, () => ({ body: { subject, purpose: 'remarks' } }), { mayRepeat: true })
entry(ownData.getMyData, nothing, lookers)
entry(ownData.getMyDataSheet, nothing, lookers)
entry(ownData.listLooks, firstPage, lookers)
entry(ownData.getMyErasure, nothing)
entry(ownData.askErasure, () => ({ body: {} }))
entry(ownData.takeErasureBack, nothing, {
  // Only who has asked can take it back: of these the stranger, at the route before.
  refuses: Object.fromEntries(
    callerNames
      .filter((name) => name !== 'main admin of another org')
      .map((name) => [name, name === 'operator' ? 'permission.missing' : 'resource.missing'] as const),
  ),
})
entry(ownData.listErasures, firstPage)
entry(ownData.objectToErasure, ({ erasureId }) => ({
  params: { erasureId },
  body: { ground: 'duty' as const, explanation: '法定保存期内' },
}))
entry(retention.previewRetention, nothing)
entry(retention.listSweeps, firstPage)
entry(retention.listHolds, firstPage)
entry(retention.setHold, ({ formId }) => ({ body: { formId, reason: '配合调查' } }))
entry(retention.releaseHold, ({ holdId }) => ({ params: { holdId }, body: {} }))

// Files
entry(
  submissions.listSubmissionFiles,
  ({ formId, period, memberId }) => ({ params: { formId, period, memberId } }),
  viewers,
)
entry(files.uploadFile, () => ({ query: { purpose: 'document' as const } }))
entry(files.getFile, ({ fileId }) => ({ params: { fileId } }), { refuses: senderOnly })
entry(files.deleteFile, ({ fileId }) => ({ params: { fileId } }), {
  // Guest and member are one person here: the first has thrown it away when the second asks.
  refuses: { ...senderOnly, member: 'resource.missing' },
})
entry(files.readFileContent, ({ fileLink }) => ({ query: { link: fileLink } }))

// Completeness
entry(completeness.getCompleteness, ({ formId, period }) => ({ params: { formId, period } }), viewers)
entry(
  completeness.listDepartmentCompleteness,
  ({ formId, period, departmentId }) => ({ params: { formId, period }, query: { parentId: departmentId } }),
  viewers,
)
entry(
  completeness.listCompletenessPeople,
  ({ formId, period, departmentId, memberCursor }) => ({
    params: { formId, period },
    query: { state: 'expected' as const, departmentId, cursor: memberCursor },
  }),
  viewers,
)
entry(
  completeness.searchCompletenessPeople,
  ({ formId, period, departmentId, memberCursor }) => ({
    params: { formId, period },
    body: { state: 'expected' as const, departmentId, search, cursor: memberCursor },
  }),
  viewers,
)
entry(
  completeness.getStatistics,
  ({ formId, period, departmentId }) => ({ params: { formId, period }, query: { departmentId } }),
  viewers,
)
entry(
  completeness.getRangeStatistics,
  ({ formId, departmentId }) => ({
    params: { formId },
    query: { from: '2026-03-01', to: '2026-03-02', departmentId, facets: '1001' },
  }),
  viewers,
)
entry(
  completeness.getAnswerStatistics,
  ({ formId, departmentId }) => ({
    params: { formId },
    query: { from: '2026-03-01', to: '2026-03-02', departmentId, facets: '1001' },
  }),
  viewers,
)
entry(
  completeness.getTrend,
  ({ formId }) => ({ params: { formId }, query: { from: '2026-03-01', to: '2026-03-02' } }),
  viewers,
)
entry(ledger.getMessageUsage, () => ({}))
entry(ledger.listPushes, ({ formId, period }) => ({ params: { formId, period }, query: {} }))
entry(ledger.listDeliveries, ({ formId, period }) => ({ params: { formId, period }, query: {} }))
entry(ledger.searchDeliveries, ({ formId, period }) => ({ params: { formId, period }, body: { search } }))
entry(completeness.remindMissing, ({ formId, period, departmentId, missingMemberId }) => ({
  params: { formId, period },
  body: { departmentId, memberIds: [missingMemberId] },
}))

// Follow-up of abnormal answers
entry(
  cases.listCases,
  ({ formId, departmentId, memberCursor }) => ({
    params: { formId },
    query: { departmentId, cursor: `2026-03-02_${memberCursor}` },
  }),
  viewers,
)
entry(
  cases.countCases,
  ({ formId, departmentId }) => ({ params: { formId }, query: { departmentId } }),
  viewers,
)
entry(cases.getCase, ({ formId, period, memberId }) => ({ params: { formId, period, memberId } }), viewers)
entry(cases.actOnCase, ({ formId, period, memberId }) => ({
  params: { formId, period, memberId },
  body: { act: 'note' as const, version: 1, note: '已电话联系' },
}))

// Absences
entry(absences.listAbsences, firstPage)
const someDays = { kind: 'leave', from: '2026-04-01', to: '2026-04-02' } as const
entry(absences.enterAbsences, ({ memberId }) => ({ body: { memberIds: [memberId], ...someDays } }))
entry(absences.endAbsence, ({ absenceId }) => ({ params: { absenceId } }), { mayRepeat: true })

// Exports
const newExport = {
  shape: 'table',
  format: 'xlsx',
  from: '2026-03-01',
  to: '2026-03-02',
  locale: 'zh-CN',
} as const
/** Of those who may export, only who asked for this one. */
const askerOnly = {
  'sub-admin of the department': 'resource.missing',
  'sub-admin of another department': 'resource.missing',
} as const
entry(exports.startExport, ({ formId, departmentId }) => ({
  params: { formId },
  body: { ...newExport, departmentId },
}))
entry(exports.startFullExport, ({ formId, departmentId }) => ({
  params: { formId },
  body: { ...newExport, departmentId, reason: 'identity-check' as const },
}))
entry(exports.listExports, ({ formId }) => ({ params: { formId } }))
entry(exports.downloadExport, ({ formId, exportId }) => ({ params: { formId, exportId } }), {
  refuses: {
    ...askerOnly,
    'main admin': 'export.not-ready',
    'main admin of another org': 'export.not-ready',
  },
})
entry(exports.removeExport, ({ formId, exportId }) => ({ params: { formId, exportId } }), {
  refuses: askerOnly,
})

entry(exportSchedules.listExportSchedules, ({ formId }) => ({ params: { formId } }))
entry(exportSchedules.addExportSchedule, ({ formId, adminId }) => ({
  params: { formId },
  body: {
    shape: 'matrix' as const,
    format: 'csv' as const,
    locale: 'en' as const,
    span: 'last-week' as const,
    timing: { every: 'week' as const, weekday: 1, time: '08:00' },
    recipients: [adminId],
  },
}))
entry(exportSchedules.setExportScheduleState, ({ formId, scheduleId }) => ({
  params: { formId, scheduleId },
  body: { state: 'paused' as const },
}))
entry(exportSchedules.removeExportSchedule, ({ formId, scheduleId }) => ({ params: { formId, scheduleId } }))

// Reports
const kind = 'health' as const
entry(reports.getEmploymentStatus, nothing)
entry(reports.getHealthStatus, nothing)
entry(reports.sendReport, () => ({ params: { kind } }))
entry(reports.listReports, () => ({ params: { kind }, query: {} }))
entry(reports.listReportPeople, ({ memberCursor }) => ({
  params: { kind },
  query: { figure: 'total' as const, cursor: memberCursor },
}))
entry(reports.searchReportPeople, ({ memberCursor }) => ({
  params: { kind },
  body: { figure: 'total' as const, search, cursor: memberCursor },
}))
entry(reports.remindReportPeople, () => ({ params: { kind } }))

// Sums by region: a viewer has those of his region and what lies in it
entry(rollups.getRegionRollup, ({ region }) => ({ params: { kind, region }, query: {} }))
entry(rollups.getRegionTrend, ({ region }) => ({ params: { kind, region }, query: {} }))
entry(rollups.listRollupOrgs, ({ region }) => ({ params: { kind, region }, query: {} }))
entry(rollups.exportRollup, ({ region }) => ({ params: { kind, region }, query: {} }))
entry(viewing.listViewers, firstPage)
entry(
  viewing.addViewer,
  (_objects, { newPhone }) => ({ body: { name: '市卫健委', phone: newPhone(), region: '410100' } }),
  { isOverAllOrgs: true },
)
entry(viewing.endViewer, ({ runId }) => ({ params: { viewerId: runId } }), {
  refuses: { operator: 'resource.missing' },
})
entry(viewing.placeOrg, ({ runId }) => ({ params: { orgId: runId }, body: { region: '410105' } }), {
  refuses: { operator: 'resource.missing' },
})
entry(viewing.recountRollups, nothing, { isOverAllOrgs: true })

// What systems of an organisation build on. Removing comes last.
const together = { together: 'open-api' } as const
entry(events.openEventFeed, nothing, together)
entry(events.listEvents, () => ({ query: {} }))
entry(apiTokens.listApiTokens, firstPage)
entry(
  apiTokens.makeApiToken,
  () => ({ body: { name: '人事系统', scopes: ['events.read' as const], days: 30 } }),
  together,
)
entry(apiTokens.revokeApiToken, ({ tokenId }) => ({ params: { tokenId } }), { ...together, mayRepeat: true })
entry(webhooks.listWebhooks, nothing)
entry(webhooks.addWebhook, () => ({ body: { url: 'https://hr.example.com/kangbao' } }), together)
entry(
  webhooks.changeWebhook,
  ({ endpointId }) => ({ params: { endpointId }, body: { state: 'paused' as const } }),
  together,
)
entry(webhooks.rotateWebhookSecret, ({ endpointId }) => ({ params: { endpointId } }), together)
entry(webhooks.replayWebhook, ({ endpointId }) => ({ params: { endpointId }, body: { after: 0 } }), together)
entry(webhooks.testWebhook, ({ endpointId }) => ({ params: { endpointId } }), together)
entry(webhooks.listWebhookDeliveries, ({ endpointId }) => ({ params: { endpointId }, query: {} }))
entry(
  webhooks.resendWebhookDelivery,
  ({ endpointId, deliveryId }) => ({ params: { endpointId, deliveryId } }),
  together,
)
entry(webhooks.removeWebhook, ({ endpointId }) => ({ params: { endpointId } }), together)

// Operations
entry(operations.listDailyRuns, firstPage)
entry(operations.startDailyRun, () => ({ body: { kind } }), { isOverAllOrgs: true })
entry(operations.getDailyRun, ({ runId }) => ({ params: { runId } }))
entry(operations.listDailyRunOrgs, ({ runId }) => ({ params: { runId }, query: {} }))
entry(
  operations.repeatDailyRun,
  ({ runId }) => ({ params: { runId }, body: { states: ['skipped' as const] } }),
  {
    isOverAllOrgs: true,
    refuses: { operator: 'run.nobody' },
  },
)
entry(operations.getReportPause, nothing)
entry(operations.pauseReports, () => ({ body: { reason: '接收方维护' } }))
entry(operations.resumeReports, nothing)
entry(reconciliations.listReconciliations, firstPage)
entry(reconciliations.startReconciliation, () => ({ body: { day: '2026-03-01' } }), { isOverAllOrgs: true })
entry(reconciliations.getReconciliation, ({ runId }) => ({ params: { reconciliationId: runId } }), {
  refuses: { operator: 'resource.missing' },
})
entry(
  reconciliations.listReconciliationDifferences,
  ({ runId }) => ({ params: { reconciliationId: runId }, query: {} }),
  { refuses: { operator: 'resource.missing' } },
)
const { defaultEndpointId: endpointId } = endpoints
const endpoint = {
  name: '隔离测试接口',
  address: 'https://reports.example.gov.cn',
  keyId: 'isolation',
  signature: 'hmac-sha256' as const,
  callsPerSecond: 5,
  mode: 'idempotent' as const,
  region: '650000',
}
entry(endpoints.listEndpoints, firstPage)
entry(endpoints.addEndpoint, () => ({ body: { ...endpoint, secret: 'a-secret-of-the-matrix' } }), {
  isOverAllOrgs: true,
})
entry(endpoints.changeEndpoint, () => ({ params: { endpointId }, body: endpoint }), {
  refuses: { operator: 'endpoint.is-default' },
})
entry(endpoints.testEndpoint, () => ({ params: { endpointId } }))
entry(endpoints.pauseEndpoint, () => ({ params: { endpointId }, body: { reason: '接收方维护' } }))
entry(endpoints.resumeEndpoint, () => ({ params: { endpointId } }))
entry(endpoints.retireEndpoint, () => ({ params: { endpointId } }), {
  refuses: { operator: 'endpoint.is-default' },
})
entry(parkedReports.listParkedReports, firstPage)
entry(
  parkedReports.settleParkedReport,
  ({ runId }) => ({
    params: { reportId: runId },
    body: { orgId: runId, outcome: 'again' as const, reason: '已与接收方核实' },
  }),
  { refuses: { operator: 'resource.missing' } },
)
entry(operations.listInstalledOrgs, firstPage)
entry(operations.getSystemStatus, nothing)
entry(operations.getSealingKeys, nothing)

// Audit log: who filters by a stranger finds nothing of his.
entry(auditLog.listAuditLog, ({ memberId }) => ({ query: { person: memberId } }))
entry(auditLog.exportAuditLog, ({ memberId }) => ({ query: { person: memberId, actor: memberId } }))
entry(auditLog.verifyAuditLog, nothing)

// Signing keys, last: what the other calls are signed with retires.
entry(sessions.listSigningKeys, firstPage)
entry(sessions.withdrawSigningKey, () => ({ params: { kid: 'k-000000000000' } }), {
  refuses: { operator: 'resource.missing' },
})
entry(sessions.rotateSigningKey, nothing, { isOverAllOrgs: true })

export const registry: ReadonlyMap<string, Entry> = entries

/** Routes without a contract: open to whoever comes, or with a check of their own. */
export const openDoors: ReadonlyMap<string, string> = new Map([
  ['GET /healthz', 'says that the process lives'],
  ['GET /readyz', 'says whether the database answers'],
  ['GET /.well-known/security.txt', 'who takes reports of weaknesses (RFC 9116)'],
  ['GET /mail/stop/:token', 'asks whoever holds the signed link of a mail (RFC 8058)'],
  ['POST /mail/stop/:token', 'stops one kind of mail for one person, by the signed link in it'],
  ['GET /metrics', 'counts; for the machine itself, or with METRICS_TOKEN'],
  ['GET /__clock', 'exists with CLOCK_CONTROL only'],
  ['POST /__clock', 'exists with CLOCK_CONTROL only'],
  ['POST /callback/dingtalk/:app', 'encrypted and signed by the platform (S-27, S-28)'],
])

/** Pages and files, the same for everybody. */
const publicFiles = /^\/(docs|m\/[a-z-]+|console)(\/|$)/

/** The stream of live events is judged by its own test: a reply without an end fits no table. */
const ownTests = ['GET /live']

/** Routes the matrix does not know of. A new one gets an entry above. */
export function unregistered(table: readonly DeclaredRoute[]): string[] {
  const isKnown = ({ method, url, contract }: DeclaredRoute) =>
    contract === null
      ? openDoors.has(`${method} ${url}`) || publicFiles.test(url)
      : registry.has(keyOf(contract)) || ownTests.includes(keyOf(contract))
  return table.filter((each) => !isKnown(each)).map(({ method, url }) => `${method} ${url}`)
}
