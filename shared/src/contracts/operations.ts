import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { changes, none } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, Instant, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'
import { ReportKind, ReportState } from './reports.ts'
import { RegionCode } from './rollups.ts'

/** One automatic daily run of one kind (Z-45). */
export const DailyRun = Type.Object({
  id: Uuid,
  kind: ReportKind,
  day: CivilDateText,
  startedAt: Instant,
  finishedAt: Nullable(Instant),
  due: Count,
  delivered: Count,
  refused: Count,
  waiting: Count,
  /** Orgs with nothing to report that day. */
  skipped: Count,
  /** Of those with a report, by the endpoint it was made for. */
  endpoints: Type.Array(
    Type.Object({
      endpointId: Uuid,
      name: Type.String(),
      due: Count,
      delivered: Count,
      refused: Count,
      waiting: Count,
    }),
  ),
})
export type DailyRun = Static<typeof DailyRun>

export const listDailyRuns = contract({
  method: 'GET',
  path: '/operations/daily-runs',
  summary: 'Automatic daily runs, newest first',
  permission: 'operations.read',
  audit: none('counts'),
  query: Type.Object(pageQuery),
  response: PageOf(DailyRun),
  errors: [],
})

export const getDailyRun = contract({
  method: 'GET',
  path: '/operations/daily-runs/:runId',
  summary: 'One automatic daily run, and how far it is',
  permission: 'operations.read',
  audit: none('counts'),
  params: Type.Object({ runId: Uuid }),
  response: DailyRun,
  errors: ['resource.missing'],
})

export const startDailyRun = contract({
  method: 'POST',
  path: '/operations/daily-runs',
  summary: 'Start a kind’s run for today now',
  permission: 'operations.manage',
  stepUp: true,
  audit: changes('daily-run.started', { object: 'daily-run:{response.id}', detail: ['body.kind'] }),
  body: Type.Object(
    {
      kind: ReportKind,
      /** One of the last seven; today when it is not said. */
      day: Type.Optional(CivilDateText),
    },
    { additionalProperties: false },
  ),
  response: DailyRun,
  errors: ['run.running', 'run.day'],
})

/** How far back a day that no run was begun on is made up for, or can be run by hand. */
export const catchUpDays = 7

export const repeatDailyRun = contract({
  method: 'POST',
  path: '/operations/daily-runs/:runId/repeats',
  summary: 'Report the organisations of a run once more that were refused, or had nothing to report',
  permission: 'operations.manage',
  stepUp: true,
  audit: changes('daily-run.repeated', { object: 'daily-run:{runId}', detail: ['body.states'] }),
  params: Type.Object({ runId: Uuid }),
  body: Type.Object(
    {
      states: Type.Array(Type.Union([Type.Literal('refused'), Type.Literal('skipped')]), {
        minItems: 1,
        maxItems: 2,
        uniqueItems: true,
      }),
    },
    { additionalProperties: false },
  ),
  response: DailyRun,
  errors: ['resource.missing', 'run.running', 'run.nobody', 'run.day'],
})

/** Why the operator stops deliveries. One line: it stands in a line of every organisation's screens. */
export const PauseReason = Type.String({ minLength: 4, maxLength: 200, pattern: '^\\S(.*\\S)?$' })

/** Deliveries the operator has stopped: reports are made and wait. */
export const ReportPause = Type.Object({ since: Instant, reason: Type.String() })
export type ReportPause = Static<typeof ReportPause>
const CurrentPause = Type.Object({ pause: Nullable(ReportPause) })

export const getReportPause = contract({
  method: 'GET',
  path: '/operations/report-pause',
  summary: 'Whether deliveries to the government are stopped, since when and why',
  permission: 'operations.read',
  audit: none('the state of the installation'),
  response: CurrentPause,
  errors: [],
})

export const pauseReports = contract({
  method: 'PUT',
  path: '/operations/report-pause',
  summary: 'Stop deliveries to the government; reports are made and wait',
  permission: 'operations.manage',
  stepUp: true,
  audit: changes('reports.paused', { object: 'report-pause', detail: ['body.reason'] }),
  body: Type.Object({ reason: PauseReason }, { additionalProperties: false }),
  response: CurrentPause,
  errors: [],
})

export const resumeReports = contract({
  method: 'DELETE',
  path: '/operations/report-pause',
  summary: 'Let deliveries go on',
  permission: 'operations.manage',
  audit: changes('reports.resumed', { object: 'report-pause' }),
  response: CurrentPause,
  errors: [],
})

export const DailyRunOrg = Type.Object({
  orgId: Uuid,
  orgName: Type.String(),
  state: Type.Union([ReportState, Type.Literal('waiting'), Type.Literal('skipped')]),
  attempts: Count,
  nextAttemptAt: Nullable(Instant),
  reason: Nullable(Type.String()),
  receiptNo: Nullable(Type.String()),
})
export type DailyRunOrg = Static<typeof DailyRunOrg>

export const listDailyRunOrgs = contract({
  method: 'GET',
  path: '/operations/daily-runs/:runId/orgs',
  summary: 'The organisations of one run and where each stands',
  permission: 'operations.read',
  audit: none('organisations, no people'),
  params: Type.Object({ runId: Uuid }),
  query: Type.Object({
    ...pageQuery,
    state: Type.Optional(
      Type.Union([
        Type.Literal('delivered'),
        Type.Literal('refused'),
        Type.Literal('waiting'),
        Type.Literal('skipped'),
      ]),
    ),
  }),
  response: PageOf(DailyRunOrg),
  errors: ['resource.missing'],
})

export const InstalledOrg = Type.Object({
  orgId: Uuid,
  corpId: Type.String(),
  name: Type.String(),
  state: Type.Union([Type.Literal('active'), Type.Literal('removed')]),
  apps: Type.Array(Type.Object({ app: Type.String(), state: Type.String() })),
  members: Count,
  lastSyncedAt: Nullable(Instant),
  /** Null until the operator has placed it: then it stands in the programme's own area. */
  region: Nullable(RegionCode),
})
export type InstalledOrg = Static<typeof InstalledOrg>

export const listInstalledOrgs = contract({
  method: 'GET',
  path: '/operations/orgs',
  summary: 'Organisations that have installed an app',
  permission: 'operations.read',
  audit: none('organisations and how many people they have'),
  query: Type.Object(pageQuery),
  response: PageOf(InstalledOrg),
  errors: [],
})

export const SystemStatus = Type.Object({
  now: Instant,
  version: Type.String(),
  database: Type.Boolean(),
  queue: Type.Object({
    backend: Type.Union([Type.Literal('postgres'), Type.Literal('redis')]),
    waiting: Count,
    failed: Count,
  }),
  outbox: Type.Object({ waiting: Count, oldestAt: Nullable(Instant) }),
  callbacks: Type.Object({ lastHour: Count, forgedLastDay: Count }),
  /** Where what is owed waits longer than a quarter of an hour, and reports of which nobody knows whether they arrived. */
  endpoints: Type.Object({ overdue: Count, parked: Count }),
  /** Reports compared with the receiver’s list, over the last thirty days. */
  comparison: Type.Object({ lastDay: Nullable(CivilDateText), differences: Count }),
})
export type SystemStatus = Static<typeof SystemStatus>

export const getSystemStatus = contract({
  method: 'GET',
  path: '/operations/status',
  summary: 'Database, queue, outbox and callbacks at a glance',
  permission: 'operations.read',
  audit: none('the state of the installation'),
  response: SystemStatus,
  errors: [],
})

/** Names and counts of the keys values are sealed under; the keys themselves are changed by a command (S-34). */
export const SealingKeys = Type.Object({
  masterKeys: Type.Array(
    Type.Object({
      id: Type.String(),
      /** Data keys it wraps. */
      dataKeys: Count,
      /** New data keys are wrapped by it; the others may go once they wrap none. */
      isFirst: Type.Boolean(),
    }),
  ),
  /** The last change of keys. */
  rotation: Nullable(
    Type.Object({
      startedAt: Instant,
      finishedAt: Nullable(Instant),
      orgs: Count,
      orgsDone: Count,
      valuesDone: Count,
    }),
  ),
})
export type SealingKeys = Static<typeof SealingKeys>

export const getSealingKeys = contract({
  method: 'GET',
  path: '/operations/sealing-keys',
  summary: 'Which master keys the data needs, and how far the last change of keys is',
  permission: 'operations.read',
  audit: none('names of keys'),
  response: SealingKeys,
  errors: [],
})
