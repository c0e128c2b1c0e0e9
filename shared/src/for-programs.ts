/*
 * What a program of an organisation needs: the typed client, and the contracts an API token opens. The package
 * `@kangbao/client` is made of this; `npx pnpm --filter @kangbao/shared client` builds it.
 */
export {
  createClient,
  ProblemError,
  UnreachableError,
  type Client,
  type ClientOptions,
} from './contracts/client.ts'
export type { BodyOf, Contract, InputOf, ParamsOf, QueryOf, ResponseOf } from './contracts/contract.ts'
export { apiScopes, type ApiScope } from './contracts/api-scope.ts'
export {
  getCompleteness,
  getRangeStatistics,
  getStatistics,
  getTrend,
  listCompletenessPeople,
  listDepartmentCompleteness,
} from './contracts/completeness.ts'
export { listDepartments, listMembers } from './contracts/directory.ts'
export {
  eventFacts,
  eventTypes,
  isEvent,
  listEvents,
  type EventFacts,
  type EventType,
  type OrgEvent,
} from './contracts/events.ts'
export { getForm, listForms } from './contracts/forms.ts'
export { getEmploymentStatus, getHealthStatus, listReports } from './contracts/reports.ts'
export { testEventType, webhookHeaders } from './contracts/webhooks.ts'
