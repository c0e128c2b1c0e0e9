import type { AppId } from '@kangbao/shared/contracts/sessions.ts'

/** An org that enabled an app, as the platform names the two. */
export interface AppInOrg {
  readonly app: AppId
  readonly corpId: string
}

export interface AuthorisationInfo {
  readonly corpId: string
  readonly orgName: string
  readonly agentId: string
  /** Switched off by the org, not removed. */
  readonly isStopped: boolean
  /** Departments (1 = everyone) and users the app may see. */
  readonly scope: { readonly departmentIds: readonly number[]; readonly userIds: readonly string[] }
}

export interface WorkplaceDepartment {
  readonly id: number
  readonly parentId: number | null
  readonly name: string
  readonly order: number
}

/** What the platform tells an ISV of a person: never a phone, never an e-mail. */
export interface WorkplaceUser {
  readonly userId: string
  readonly unionId: string
  readonly name: string
  readonly title: string
  readonly jobNumber: string
  readonly departmentIds: readonly number[]
  /** Departments this person heads. */
  readonly headOf: readonly number[]
  readonly isAdmin: boolean
}

export interface WorkplaceAdmin {
  readonly userId: string
  readonly isMain: boolean
  /** Departments a sub-admin manages; a main admin manages all. */
  readonly departmentIds: readonly number[]
}

export interface WorkplaceMessage {
  readonly title: string
  readonly lines: readonly { readonly label: string; readonly value: string }[]
  readonly text: string
  /** Address the card opens. */
  readonly url: string
}

/** User ids of those reached who have opened a message, and of those who have not. */
export interface Readers {
  readonly read: readonly string[]
  readonly unread: readonly string[]
}

export interface SendResult extends Readers {
  readonly isFinished: boolean
  /** User ids the platform did not deliver to, with its reason. */
  readonly failed: readonly { readonly userId: string; readonly reason: string }[]
}

/** The platform asked us to slow down, or did not answer: try again later. */
export class WorkplaceBusy extends Error {
  override readonly name = 'WorkplaceBusy'
}

/** The platform said no for good; `code` is its own. `isNotAuthorised`: the org has not enabled the app (any more). */
export class WorkplaceRefused extends Error {
  override readonly name = 'WorkplaceRefused'
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
    readonly isNotAuthorised = false,
  ) {
    super(message, options)
  }
}

/** The open platform of the host, DingTalk or the embedded workplace alike. */
export interface Workplace {
  /** Legacy push only: redeems the temporary code and activates. Returns the corp id. */
  activate(app: AppId, temporaryCode: string): Promise<string>
  authorisation(target: AppInOrg): Promise<AuthorisationInfo>
  /** Direct children. */
  listDepartments(target: AppInOrg, parentId: number): Promise<readonly WorkplaceDepartment[]>
  department(target: AppInOrg, id: number): Promise<WorkplaceDepartment | null>
  /** Members directly in a department, a page at a time. */
  listUsers(
    target: AppInOrg,
    departmentId: number,
    cursor: number,
  ): Promise<{ readonly users: readonly WorkplaceUser[]; readonly nextCursor: number | null }>
  user(target: AppInOrg, userId: string): Promise<WorkplaceUser | null>
  listAdmins(target: AppInOrg): Promise<readonly WorkplaceAdmin[]>
  /** @throws WorkplaceRefused when the code is wrong, used or expired. */
  userOfAuthCode(
    target: AppInOrg,
    code: string,
  ): Promise<{ readonly userId: string; readonly isAdmin: boolean }>
  /** Signature for `dd.config` of a page. */
  signPage(
    target: AppInOrg & { readonly agentId: string },
    url: string,
  ): Promise<{ agentId: string; corpId: string; timeStamp: string; nonceStr: string; signature: string }>
  /** The most people one `sendMessage` takes. */
  messageBatchSize(app: AppId): number
  /** Sends one work notification to at most `messageBatchSize` people; returns the platform's task id. */
  sendMessage(
    target: AppInOrg & { readonly agentId: string },
    userIds: readonly string[],
    message: WorkplaceMessage,
  ): Promise<string>
  sendResult(target: AppInOrg & { readonly agentId: string }, taskId: string): Promise<SendResult>
  /** Who has opened a message until now; the platform tells it for a day after the send. */
  readers(target: AppInOrg & { readonly agentId: string }, taskId: string): Promise<Readers>
}
