import type { Receiver } from './receiver.ts'
import type { AppKeys } from './session.ts'

/** What only the workplace can do. Each group may be absent; cases name the groups they need. */
export interface Acts {
  readonly admin: AdminActs
  readonly member: MemberActs
  readonly clock: ClockActs
  readonly pushes: Receiver
  readonly legacyPushes: LegacyApp
  readonly switches: SwitchActs
  readonly isv: IsvActs
  readonly templates: TemplateActs
}

/** Organisations for a case alone, so that what one changes no other sees. */
export interface AdminActs {
  makeOrg(scope?: OrgScope): Promise<MadeOrg>
}

/** 全部员工, 仅限管理员, or only what lies in the department that is called inside. */
export type OrgScope = 'all' | 'admins' | 'inside'

/**
 * Two departments below the root, one of them with a department of its own:
 * root (the admin) › inside (two people) › below (one); root › outside (one).
 */
export interface MadeOrg {
  readonly corpId: string
  readonly agentId: number
  readonly appId: number
  readonly adminUserid: string
  readonly inside: MadeDepartment
  readonly below: MadeDepartment
  readonly outside: MadeDepartment
  addMember(name: string, deptId: number): Promise<string>
  removeMember(userid: string): Promise<void>
  addDepartment(name: string, parentId: number): Promise<number>
  changeScope(scope: OrgScope): Promise<void>
  stop(): Promise<void>
  restore(): Promise<void>
  remove(): Promise<void>
  /** The organisation ends, and its admin with it. */
  dissolve(): Promise<void>
}

export interface MadeDepartment {
  readonly deptId: number
  readonly name: string
  readonly userids: readonly string[]
}

/** The admin of such an organisation with the app open. */
export interface MemberActs {
  /** runtime.permission.requestAuthCode */
  authCode(org: MadeOrg): Promise<string>
  /** dd.config: its error code, or null when it is accepted. */
  configure(org: MadeOrg, config: PageConfig): Promise<string | null>
  /** openAuth of type 0: the code of a person who agrees to these scopes. */
  personalCode(org: MadeOrg, scopes: readonly string[]): Promise<string>
  /** Sign-in on the web, agreed to: where the person is sent back to. */
  signInOnWeb(org: MadeOrg, query: Readonly<Record<string, string>>): Promise<URL>
  /** Where the app opens from the workbench: its home URL with $CORPID$ replaced. */
  openApp(org: MadeOrg): Promise<string>
  /** Texts of the app's messages, newest first; reading them counts as reading. */
  readMessages(org: MadeOrg): Promise<string[]>
}

export interface PageConfig {
  readonly href: string
  readonly timeStamp: string
  readonly nonceStr: string
  readonly signature: string
}

export interface ClockActs {
  advance(seconds: number): Promise<void>
}

/** An app whose pushes are of the older, flat style, with its receiver. */
export interface LegacyApp extends AppKeys {
  readonly pushes: Receiver
  readonly admin: AdminActs
}

export type FailureKind =
  | 'busy'
  | 'qps'
  | 'qpm'
  | 'platform-qps'
  | 'org-qps'
  | 'org-qpm'
  | 'many-orgs'
  | 'quota'
  | 'ip'
  | 'ban'
  | 'ban-page'
  | 'bad-token'

export interface SwitchActs {
  /** Calls of one app to one API in a second; null: as usual. */
  limitRate(perSecond: number | null): Promise<void>
  /** Limits of work notifications and of calls a month; null: as usual. */
  limitMessages(limits: MessageLimits | null): Promise<void>
  /** The next call of this path fails so. */
  failNext(path: string, kind: FailureKind): Promise<void>
  /** The next push is sent twice, or not at all. */
  disturbPushes(kind: 'duplicate' | 'lose-next' | null): Promise<void>
}

/** The ISV itself: its own organisation, the secret of its SSO, and admins who open the app's back end. */
export interface IsvActs {
  readonly corpId: string
  readonly ssoSecret: string
  /** An address of the app where people come back to from signing in on the web. */
  readonly redirectUrl: string
  /** The code an admin brings along when he opens the app's back end. */
  adminCode(org: MadeOrg): Promise<string>
}

export interface MessageLimits {
  readonly perPersonAndDay?: number
  readonly recipientsPerMinute?: number
  readonly callsPerMonth?: number
}

/** Ids of templates of the app, each with the variable `name` in its text. */
export interface TemplateActs {
  readonly approved: string
  readonly waiting: string
}
