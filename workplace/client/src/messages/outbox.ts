import { defineStore } from 'pinia'
import { ref, shallowReactive, watch } from 'vue'
import { sendMessage, type Message, type MessageContent } from '@kangbao/workplace/contracts/messages.ts'
import { useSession } from '@/account/session.ts'
import { call } from '@/api/client.ts'
import { contentOf, type Draft } from './outgoing.ts'

export interface Outgoing {
  /** The message's name until it has an id: sent again, it is the same message. */
  readonly clientId: string
  readonly orgId: string
  readonly conversationId: string
  readonly draft: Draft
  /** A picture before it is anywhere else. */
  readonly preview: string | undefined
  readonly stop: AbortController
  /** Part of the bytes that is up. */
  progress: number
  error: unknown
  content: MessageContent | undefined
}

/** Not `randomUUID`: over plain http, to a phone on the network, browsers keep that to themselves. */
const newClientId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** Messages on their way, whichever page is open; nothing of them is kept on the device. */
export const useOutbox = defineStore('outbox', () => {
  const items = ref<readonly Outgoing[]>([])
  /** One after another, so that they come in the order they were written; words do not wait for files. */
  const lines = { words: Promise.resolve(), files: Promise.resolve() }
  watch(
    () => useSession().token,
    () => items.value.forEach(give),
  )

  const drop = (item: Outgoing) => {
    items.value = items.value.filter(({ clientId }) => clientId !== item.clientId)
    if (item.preview) URL.revokeObjectURL(item.preview)
  }

  function send(
    place: { orgId: string; conversationId: string },
    draft: Draft,
    onSent: (sent: Message) => void,
  ) {
    const item = shallowReactive<Outgoing>({
      clientId: newClientId(),
      ...{ orgId: place.orgId, conversationId: place.conversationId, draft },
      preview: draft.kind === 'image' ? URL.createObjectURL(draft.file) : undefined,
      stop: new AbortController(),
      progress: 0,
      error: undefined,
      content: undefined,
    })
    items.value = [...items.value, item]
    queue(item, onSent)
  }

  function queue(item: Outgoing, onSent: (sent: Message) => void) {
    const line = item.draft.kind === 'text' ? 'words' : 'files'
    lines[line] = lines[line].then(() => attempt(item, onSent))
  }

  async function attempt(item: Outgoing, onSent: (sent: Message) => void) {
    if (item.stop.signal.aborted) return
    const { orgId, conversationId, clientId, stop } = item
    const onProgress = (part: number) => void (item.progress = part)
    try {
      // What is up already is not sent up again.
      item.content ??= await contentOf(item.draft, orgId, { onProgress, signal: stop.signal })
      const body = { content: item.content, clientId }
      onSent(await call(sendMessage, { params: { orgId, conversationId }, body }))
      drop(item)
    } catch (error) {
      if (!stop.signal.aborted) item.error = error
    }
  }

  function retry(item: Outgoing, onSent: (sent: Message) => void) {
    if (item.error === undefined) return
    item.error = undefined
    queue(item, onSent)
  }

  /** Not sent after all. */
  function give(item: Outgoing) {
    item.stop.abort()
    drop(item)
  }

  return { items, send, retry, give }
})
