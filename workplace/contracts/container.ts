import { Type, type Static } from 'typebox'
import { closed, DeptId, nullable, UserId, Uuid } from './basics.ts'
import { contract } from './contract.ts'
import { Ding } from './messages.ts'
import { AppParams } from './workbench.ts'

/** What the app container needs to open an app's page in a frame. */
export const Launch = Type.Object({
  /** Home URL with $CORPID$ replaced, or the asked page when it is on the app's origin. */
  url: Type.String(),
  /** The only origin whose messages the container may answer. */
  origin: Type.String(),
  corpId: Type.String(),
  agentId: Type.Integer(),
  appId: Type.Integer(),
  name: Type.String(),
  icon: Type.String(),
})
export type Launch = Static<typeof Launch>

export const launchApp = contract({
  method: 'POST',
  path: '/orgs/:orgId/apps/:agentId/launch',
  summary: 'Open an app, at its home page or at a page of the app (from a message card or a scan)',
  permission: 'member',
  params: AppParams,
  body: Type.Object(
    {
      url: Type.Optional(Type.String({ maxLength: 2000 })),
      pc: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
  response: Launch,
  errors: ['app.not-visible', 'app.stopped', 'resource.missing'],
})

export const mintAuthCode = contract({
  method: 'POST',
  path: '/orgs/:orgId/apps/:agentId/auth-codes',
  summary: 'runtime.permission.requestAuthCode: bound to app, org and member; once; 5 minutes',
  permission: 'member',
  params: AppParams,
  response: Type.Object({ code: Type.String() }),
  errors: ['app.not-visible', 'app.stopped'],
})

/** What an app may ask of a person beyond what its org allowed it. */
export const personalScopes = ['Contact.User.Read', 'Contact.User.mobile', 'Todo.Todo.Write'] as const
export type PersonalScope = (typeof personalScopes)[number]

export const allowPersonal = contract({
  method: 'POST',
  path: '/orgs/:orgId/apps/:agentId/personal-consents',
  summary: 'openAuth of type 0, once the person has agreed: a code for his personal token; once; 5 minutes',
  permission: 'member',
  params: AppParams,
  body: Type.Object(
    {
      scopes: Type.Array(Type.Enum(personalScopes), {
        minItems: 1,
        maxItems: personalScopes.length,
      }),
    },
    closed,
  ),
  response: Type.Object({ code: Type.String() }),
  errors: ['app.not-visible', 'app.stopped'],
})

export const ConfigCheck = Type.Object({
  ok: Type.Boolean(),
  /** DingTalk's code when not ok, for example 52013 signature mismatch. */
  errorCode: nullable(Type.String()),
  errorMessage: nullable(Type.String()),
  /** APIs this page may now call. */
  granted: Type.Array(Type.String()),
})
export type ConfigCheck = Static<typeof ConfigCheck>

export const checkConfig = contract({
  method: 'POST',
  path: '/orgs/:orgId/apps/:agentId/config-checks',
  summary: 'runtime.permission.requestJsApis: verify the signature of dd.config (SHA-1 or SHA-256)',
  permission: 'member',
  params: AppParams,
  body: Type.Object(
    {
      /** location.href without the hash, as the shim reports it. */
      href: Type.String({ maxLength: 4000 }),
      config: Type.Object({
        agentId: Type.Optional(Type.Union([Type.String(), Type.Number()])),
        corpId: Type.Optional(Type.String()),
        timeStamp: Type.Optional(Type.Union([Type.String(), Type.Number()])),
        nonceStr: Type.Optional(Type.String()),
        signature: Type.Optional(Type.String()),
        jsApiList: Type.Optional(Type.Array(Type.String(), { maxItems: 200 })),
      }),
    },
    closed,
  ),
  response: ConfigCheck,
})

export const PickerPage = Type.Object({
  departments: Type.Array(Type.Object({ id: DeptId, name: Type.String(), number: Type.Integer() })),
  users: Type.Array(Type.Object({ emplId: UserId, name: Type.String(), avatar: Type.String() })),
  /** From the root down to the department shown. */
  path: Type.Array(Type.Object({ id: DeptId, name: Type.String() })),
})
export type PickerPage = Static<typeof PickerPage>

export const browsePicker = contract({
  method: 'GET',
  path: '/orgs/:orgId/apps/:agentId/picker',
  summary: 'One level of the directory, in the shape of the picker results',
  permission: 'member',
  params: AppParams,
  query: Type.Object({ deptId: Type.Optional(DeptId) }),
  response: PickerPage,
})

export const resolvePicker = contract({
  method: 'POST',
  path: '/orgs/:orgId/apps/:agentId/picker',
  summary: 'Names and counts for picked or given ids (pickedUsers and the like)',
  permission: 'member',
  params: AppParams,
  body: Type.Object(
    {
      userids: Type.Optional(Type.Array(UserId, { maxItems: 1500 })),
      deptIds: Type.Optional(Type.Array(DeptId, { maxItems: 500 })),
    },
    closed,
  ),
  response: Type.Object({
    selectedCount: Type.Integer({ description: 'people, each once, departments opened' }),
    users: PickerPage.properties.users,
    departments: PickerPage.properties.departments,
  }),
})

export const createAppDing = contract({
  method: 'POST',
  path: '/orgs/:orgId/apps/:agentId/dings',
  summary: 'biz.ding.create, after the member has confirmed it in the container',
  permission: 'member',
  params: AppParams,
  body: Type.Object(
    {
      userids: Type.Array(UserId, { minItems: 1, maxItems: 1000 }),
      text: Type.String({ minLength: 1, maxLength: 1000 }),
      alertType: Type.Optional(
        Type.Integer({ minimum: 0, maximum: 2, description: '0 phone, 1 SMS, 2 in app' }),
      ),
      attachment: Type.Optional(
        Type.Object({
          title: Type.Optional(Type.String({ maxLength: 200 })),
          url: Type.Optional(Type.String({ maxLength: 1000 })),
          image: Type.Optional(Type.String({ maxLength: 1000 })),
          text: Type.Optional(Type.String({ maxLength: 500 })),
          images: Type.Optional(Type.Array(Type.String({ maxLength: 1000 }), { maxItems: 9 })),
        }),
      ),
    },
    closed,
  ),
  response: Ding,
})

export const shareToConversation = contract({
  method: 'POST',
  path: '/orgs/:orgId/apps/:agentId/shares',
  summary: 'biz.util.share into chosen conversations, as link messages',
  permission: 'member',
  params: AppParams,
  body: Type.Object(
    {
      conversationIds: Type.Optional(Type.Array(Uuid, { maxItems: 20 })),
      userids: Type.Optional(Type.Array(UserId, { maxItems: 20 })),
      url: Type.String({ minLength: 1, maxLength: 2000 }),
      title: Type.String({ minLength: 1, maxLength: 200 }),
      content: Type.Optional(Type.String({ maxLength: 500 })),
      image: Type.Optional(Type.String({ maxLength: 1000 })),
    },
    closed,
  ),
  response: Type.Object({ sent: Type.Integer() }),
  errors: ['message.not-allowed', 'request.invalid'],
})
