import { computed, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { showFailToast, showSuccessToast } from 'vant'
import { recallSeconds, type Message } from '@kangbao/workplace/contracts/messages.ts'
import { useErrorText } from '@/api/error-text.ts'
import { copyText } from '@/kit/copy-text.ts'

export const textOf = ({ content }: Message): string => content.text?.content ?? ''

/** Whether it makes sense to offer it; the server has the last word. */
const mayRecall = ({ isMine, isRecalled, sentAt }: Message) =>
  isMine && !isRecalled && Date.now() - Date.parse(sentAt) < recallSeconds * 1000

/** What may be done with a message: a menu of it, and the text of those taken back, to be written anew. */
export function useMessageActs(recall: (messageId: string) => Promise<void>) {
  const { t } = useI18n()
  const errorText = useErrorText()
  const chosen = shallowRef<Message>()
  const isOpen = ref(false)
  const takenBack = shallowRef<ReadonlyMap<string, string>>(new Map())

  const acts = computed(() => {
    const message = chosen.value
    if (!message) return []
    return [
      ...(textOf(message) ? [{ label: t('messages.copy'), run: copy }] : []),
      ...(mayRecall(message) ? [{ label: t('messages.recall'), run: takeBack }] : []),
    ]
  })

  const hasActs = (message: Message) => !message.isRecalled && (textOf(message) !== '' || mayRecall(message))

  function ask(message: Message) {
    if (!hasActs(message)) return
    chosen.value = message
    isOpen.value = true
  }

  async function copy(message: Message) {
    if (await copyText(textOf(message))) showSuccessToast(t('common.copied'))
  }

  async function takeBack(message: Message) {
    try {
      await recall(message.id)
      const text = textOf(message)
      if (text) takenBack.value = new Map([...takenBack.value, [message.id, text]])
    } catch (error) {
      showFailToast({ message: errorText(error), wordBreak: 'break-word' })
    }
  }

  const pick = (index: number) => chosen.value && acts.value[index]?.run(chosen.value)

  return { isOpen, acts, hasActs, ask, pick, takenBack }
}
