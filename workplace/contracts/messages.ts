import { Type, type Static } from 'typebox'
import { closed, Instant, nullable, OrgParams, page, PageQuery, UserId, Uuid } from './basics.ts'
import { contract } from './contract.ts'

/**
 * `work`: notifications of one app to me. `org`, `department`: groups that follow the directory. `direct`: one to one.
 * `group`: people chosen by hand.
 */
export const ConversationKind = Type.Union([
  Type.Literal('work'),
  Type.Literal('org'),
  Type.Literal('department'),
  Type.Literal('direct'),
  Type.Literal('group'),
])
export type ConversationKind = Static<typeof ConversationKind>

/** Bodies are those of the open platform, so that a card looks the same wherever it is shown. */
export const TextBody = Type.Object({ content: Type.String() })
const MediaId = Type.String({ minLength: 1, maxLength: 1000 })
const Side = Type.Integer({ minimum: 1, maximum: 20_000 })
/** A chat's pictures have a small one to draw in it, and their size, so that nothing jumps when they come. */
export const ImageBody = Type.Object({
  media_id: MediaId,
  thumb_media_id: Type.Optional(MediaId),
  width: Type.Optional(Side),
  height: Type.Optional(Side),
})
export const FileBody = Type.Object({
  media_id: MediaId,
  /** Of what was stored, whatever the sender says. */
  file_name: Type.Optional(Type.String()),
  size: Type.Optional(Type.Integer()),
})
/** Of one picture or file. */
export const maxMediaBytes = 20 * 1024 * 1024
export const LinkBody = Type.Object({
  messageUrl: Type.String(),
  picUrl: Type.Optional(Type.String()),
  title: Type.String(),
  text: Type.Optional(Type.String()),
})
export const MarkdownBody = Type.Object({ title: Type.String(), text: Type.String() })
export const ActionCardBody = Type.Object({
  title: Type.String(),
  markdown: Type.String(),
  single_title: Type.Optional(Type.String()),
  single_url: Type.Optional(Type.String()),
  btn_orientation: Type.Optional(Type.String()),
  btn_json_list: Type.Optional(Type.Array(Type.Object({ title: Type.String(), action_url: Type.String() }))),
})
export const OaBody = Type.Object({
  message_url: Type.Optional(Type.String()),
  pc_message_url: Type.Optional(Type.String()),
  head: Type.Optional(
    Type.Object({ bgcolor: Type.Optional(Type.String()), text: Type.Optional(Type.String()) }),
  ),
  status_bar: Type.Optional(
    Type.Object({ status_value: Type.Optional(Type.String()), status_bg: Type.Optional(Type.String()) }),
  ),
  body: Type.Optional(
    Type.Object({
      title: Type.Optional(Type.String()),
      form: Type.Optional(Type.Array(Type.Object({ key: Type.String(), value: Type.String() }))),
      rich: Type.Optional(
        Type.Object({ num: Type.Optional(Type.String()), unit: Type.Optional(Type.String()) }),
      ),
      content: Type.Optional(Type.String()),
      image: Type.Optional(Type.String()),
      file_count: Type.Optional(Type.String()),
      author: Type.Optional(Type.String()),
    }),
  ),
})
export const DingBody = Type.Object({ dingId: Uuid, text: Type.String() })
/** What happened to a group, told among its messages; the client says it in its language. */
export const NoticeBody = Type.Object({
  act: Type.Enum(['created', 'added', 'removed', 'left', 'renamed', 'owner']),
  by: Type.String({ description: 'name of who did it' }),
  names: Type.Array(Type.String(), { description: 'to whom it happened; the first of many' }),
  count: Type.Integer({ description: 'to how many' }),
  title: Type.String({ description: 'renamed: the new name' }),
})
export type NoticeBody = Static<typeof NoticeBody>

/** `msgtype` says which one of the optional bodies is there. */
export const MessageContent = Type.Object({
  msgtype: Type.Union([
    Type.Literal('text'),
    Type.Literal('image'),
    Type.Literal('link'),
    Type.Literal('oa'),
    Type.Literal('action_card'),
    Type.Literal('markdown'),
    Type.Literal('ding'),
    Type.Literal('file'),
    Type.Literal('voice'),
    Type.Literal('notice'),
  ]),
  text: Type.Optional(TextBody),
  image: Type.Optional(ImageBody),
  link: Type.Optional(LinkBody),
  oa: Type.Optional(OaBody),
  action_card: Type.Optional(ActionCardBody),
  markdown: Type.Optional(MarkdownBody),
  ding: Type.Optional(DingBody),
  notice: Type.Optional(NoticeBody),
  file: Type.Optional(FileBody),
  voice: Type.Optional(Type.Object({ media_id: Type.String(), duration: Type.Optional(Type.String()) })),
})
export type MessageContent = Static<typeof MessageContent>

export const Message = Type.Object({
  /** Grows with time within a conversation: order by it, page by it, mark read up to it. */
  id: Uuid,
  conversationId: Uuid,
  senderUserid: nullable(UserId),
  senderName: Type.String({ description: 'the app’s name for work notifications' }),
  isMine: Type.Boolean(),
  content: MessageContent,
  isRecalled: Type.Boolean(),
  sentAt: Instant,
})
export type Message = Static<typeof Message>

export const Conversation = Type.Object({
  id: Uuid,
  orgId: Uuid,
  orgName: Type.String(),
  kind: ConversationKind,
  name: Type.String(),
  icon: nullable(Type.String()),
  agentId: nullable(Type.Integer()),
  canWrite: Type.Boolean(),
  unread: Type.Integer(),
  isMuted: Type.Boolean({ description: 'counted in no badge' }),
  isPinned: Type.Boolean(),
  /** Read by me up to this message; null: nothing yet. */
  readUpTo: nullable(Uuid),
  lastText: Type.String({ description: 'one-line preview; a notice: its act' }),
  lastKind: Type.String({ description: '`msgtype` of the last message, or `recalled`' }),
  lastSender: Type.String({ description: 'name of its sender in a group, else empty' }),
  lastAt: nullable(Instant),
})
export type Conversation = Static<typeof Conversation>

export const listConversations = contract({
  method: 'GET',
  path: '/conversations',
  summary: 'My conversations in all my orgs, or in one: pinned ones first, then newest first',
  permission: 'session',
  query: Type.Object({ orgId: Type.Optional(Uuid), ...PageQuery.properties }),
  response: page(Conversation),
})

export const ConversationParams = Type.Object({ orgId: Uuid, conversationId: Uuid })

export const getConversation = contract({
  method: 'GET',
  path: '/orgs/:orgId/conversations/:conversationId',
  summary: 'One conversation, also one nobody has written in yet',
  permission: 'member',
  params: ConversationParams,
  response: Conversation,
})

export const listMessages = contract({
  method: 'GET',
  path: '/orgs/:orgId/conversations/:conversationId/messages',
  summary:
    'Messages, newest first, `cursor` going back in time; after a message, oldest first, `cursor` going forward',
  permission: 'member',
  params: ConversationParams,
  query: Type.Object({ after: Type.Optional(Uuid), ...PageQuery.properties }),
  response: page(Message),
})

export const sendMessage = contract({
  method: 'POST',
  path: '/orgs/:orgId/conversations/:conversationId/messages',
  summary: 'Write into a chat: text, a picture, a file or a link',
  permission: 'member',
  params: ConversationParams,
  body: Type.Object(
    {
      content: MessageContent,
      clientId: Type.Optional(
        Type.String({ minLength: 8, maxLength: 64, description: 'sent again, it is the same message' }),
      ),
    },
    closed,
  ),
  response: Message,
  errors: ['message.not-allowed', 'media.type', 'media.missing', 'resource.missing'],
})

/** How long one's own message may be taken back. */
export const recallSeconds = 120

export const recallMessage = contract({
  method: 'POST',
  path: '/orgs/:orgId/conversations/:conversationId/messages/:messageId/recall',
  summary: 'Take back a message of mine, within two minutes',
  permission: 'member',
  params: Type.Object({ ...ConversationParams.properties, messageId: Uuid }),
  response: Message,
  errors: ['message.recall-late', 'resource.missing'],
})

export const changeConversationSettings = contract({
  method: 'PATCH',
  path: '/orgs/:orgId/conversations/:conversationId/settings',
  summary: 'Mute or pin a conversation, for me alone',
  permission: 'member',
  params: ConversationParams,
  body: Type.Object(
    { isMuted: Type.Optional(Type.Boolean()), isPinned: Type.Optional(Type.Boolean()) },
    closed,
  ),
  response: Conversation,
})

export const markRead = contract({
  method: 'POST',
  path: '/orgs/:orgId/conversations/:conversationId/read',
  summary: 'Everything up to this message is read',
  permission: 'member',
  params: ConversationParams,
  body: Type.Object({ upTo: Uuid }, closed),
  response: Type.Object({ unread: Type.Integer() }),
})

export const openDirect = contract({
  method: 'POST',
  path: '/orgs/:orgId/direct-conversations',
  summary: 'The one-to-one conversation with a member',
  permission: 'member',
  params: OrgParams,
  body: Type.Object({ userid: UserId }, closed),
  response: Conversation,
  errors: ['resource.missing'],
})

export const Ding = Type.Object({
  id: Uuid,
  orgId: Uuid,
  orgName: Type.String(),
  senderName: Type.String(),
  isMine: Type.Boolean(),
  text: Type.String(),
  link: nullable(Type.Object({ title: Type.String(), url: Type.String() })),
  agentId: nullable(Type.Integer()),
  remind: Type.Union([Type.Literal('app'), Type.Literal('sms')]),
  createdAt: Instant,
  confirmedAt: nullable(Instant),
  confirmedCount: Type.Integer(),
  receiverCount: Type.Integer(),
})
export type Ding = Static<typeof Ding>

export const listDings = contract({
  method: 'GET',
  path: '/dings',
  summary: 'DINGs I received or sent, newest first, over all my orgs',
  permission: 'session',
  query: Type.Object({
    ...PageQuery.properties,
    box: Type.Optional(Type.Union([Type.Literal('received'), Type.Literal('sent')])),
  }),
  response: page(Ding),
})

export const countDings = contract({
  method: 'GET',
  path: '/dings/count',
  summary: 'How many DINGs I have still to confirm, over all my orgs',
  permission: 'session',
  response: Type.Object({ toConfirm: Type.Integer() }),
})

export const createDing = contract({
  method: 'POST',
  path: '/orgs/:orgId/dings',
  summary: 'Send a DING: an urgent message that every receiver has to confirm',
  permission: 'member',
  params: OrgParams,
  body: Type.Object(
    {
      userids: Type.Array(UserId, { minItems: 1, maxItems: 1000 }),
      text: Type.String({ minLength: 1, maxLength: 1000 }),
      remind: Type.Optional(Type.Union([Type.Literal('app'), Type.Literal('sms')])),
      link: Type.Optional(
        Type.Object(
          { title: Type.String({ maxLength: 200 }), url: Type.String({ maxLength: 1000 }) },
          closed,
        ),
      ),
    },
    closed,
  ),
  response: Ding,
})

const DingParams = Type.Object({ orgId: Uuid, dingId: Uuid })

export const getDing = contract({
  method: 'GET',
  path: '/orgs/:orgId/dings/:dingId',
  summary: 'One DING I received or sent',
  permission: 'member',
  params: DingParams,
  response: Ding,
  errors: ['resource.missing'],
})

export const confirmDing = contract({
  method: 'POST',
  path: '/orgs/:orgId/dings/:dingId/confirm',
  summary: 'I have seen it',
  permission: 'member',
  params: DingParams,
  response: Ding,
})

export const listDingReceivers = contract({
  method: 'GET',
  path: '/orgs/:orgId/dings/:dingId/receivers',
  summary: 'Sender: who has confirmed, those who have not first',
  permission: 'member',
  params: DingParams,
  query: PageQuery,
  response: page(Type.Object({ userid: UserId, name: Type.String(), confirmedAt: nullable(Instant) })),
})

/** The receivers are people: they are not reminded more often than this. */
export const dingReminderMinutes = 10

export const remindDing = contract({
  method: 'POST',
  path: '/orgs/:orgId/dings/:dingId/reminders',
  summary:
    'Sender: remind those who have not confirmed, by a card in chat, and by SMS where the DING went by SMS',
  permission: 'member',
  params: DingParams,
  response: Type.Object({ reminded: Type.Integer() }),
  errors: ['ding.reminded', 'resource.missing'],
})

export const uploadMedia = contract({
  method: 'POST',
  path: '/orgs/:orgId/media',
  summary: 'Store a picture or file (multipart part `file`, 20 MB); its url may be given to an app',
  permission: 'member',
  params: OrgParams,
  upload: true,
  response: Type.Object({ mediaId: Type.String(), url: Type.String() }),
  errors: ['media.too-large', 'media.type'],
})

export const getMedia = contract({
  method: 'GET',
  path: '/media/:mediaId',
  summary: 'The bytes of a stored picture or file; the id is unguessable',
  permission: 'public',
  params: Type.Object({ mediaId: Type.String({ maxLength: 80 }) }),
  binary: true,
})

export const streamEvents = contract({
  method: 'GET',
  path: '/events',
  summary: 'Server-sent events (text/event-stream), read with fetch and the bearer header',
  permission: 'session',
  binary: true,
})

/** What arrives on the event stream, one JSON object per `data:` line; `event:` repeats `type`. */
export const ClientEvent = Type.Union([
  Type.Object({ type: Type.Literal('hello'), at: Instant }),
  /** A conversation has a new or recalled message: read the list (or the conversation) again. */
  Type.Object({
    type: Type.Literal('message'),
    orgId: Uuid,
    conversationId: nullable(Uuid),
    kind: ConversationKind,
    agentId: nullable(Type.Integer()),
  }),
  /** The caller is in a group, out of one, or one has another name or other people. */
  Type.Object({ type: Type.Literal('conversations'), orgId: Uuid, conversationId: nullable(Uuid) }),
  Type.Object({ type: Type.Literal('ding'), orgId: Uuid, dingId: Uuid }),
  /** A to-do the caller is to do is there, changed, done or taken back. */
  Type.Object({ type: Type.Literal('todo'), orgId: Uuid, todoId: Uuid }),
  /** The caller read something on another device. */
  Type.Object({ type: Type.Literal('read'), orgId: Uuid, conversationId: Uuid }),
  /** Apps on the workbench, their scope or state changed. */
  Type.Object({ type: Type.Literal('workbench'), orgId: Uuid }),
  /** Orgs, roles or certification of the caller changed; of everybody's in the org at once where it was dissolved. */
  Type.Object({ type: Type.Literal('orgs'), orgId: Uuid, isDissolved: Type.Optional(Type.Boolean()) }),
  /** The caller's account: a sign-in elsewhere, an ended session, a decided request to join. */
  Type.Object({ type: Type.Literal('account') }),
  /** An invitation to a team: a new one, one taken back, or one answered. */
  Type.Object({ type: Type.Literal('invitations') }),
  Type.Object({ type: Type.Literal('directory'), orgId: Uuid }),
  Type.Object({ type: Type.Literal('import'), orgId: Uuid, importId: Uuid }),
])
export type ClientEvent = Static<typeof ClientEvent>
