import { computed, onMounted, onScopeDispose, ref, shallowRef } from 'vue'
import { ProblemError } from '@kangbao/shared/contracts/client.ts'
import { getFile, type StoredFile } from '@kangbao/shared/contracts/files.ts'
import type { FileRef } from '@kangbao/shared/forms/answers.ts'
import { useApi } from '../../api/api.ts'
import { errorText, mayPass } from '../../api/error-text.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { useFileKeeper } from './file-keeper.ts'

/** `sending`, `sent`; `kept` on the device until there is a network; `refused` with the reason; `gone` everywhere. */
export type FileState = 'sending' | 'sent' | 'kept' | 'refused' | 'gone'

/** One file of an answer as it stands: sent while it is looked at, shown from the device or from the server. */
export function useFilePreview(file: FileRef) {
  const api = useApi()
  const keeper = useFileKeeper()
  const { locale } = useTexts()
  const state = ref<FileState>('sending')
  const problem = ref('')
  const local = ref('')
  const stored = shallowRef<StoredFile | null>(null)
  const isPicture = file.type !== 'application/pdf'

  onMounted(send)
  onScopeDispose(() => local.value && URL.revokeObjectURL(local.value))

  async function send(): Promise<void> {
    state.value = 'sending'
    problem.value = ''
    try {
      const kept = await keeper.read(api, file)
      if (kept && !local.value) local.value = URL.createObjectURL(kept.bytes)
      stored.value = kept ? await keeper.upload(api, file) : await lookUp()
      state.value = 'sent'
    } catch (error) {
      const isUnknown = error instanceof ProblemError && error.problem.code === 'resource.missing'
      state.value = isUnknown ? 'gone' : keeper.isLasting && mayPass(error) ? 'kept' : 'refused'
      problem.value = errorText(error, locale())
    }
  }
  const lookUp = () => api.call(getFile, { params: { fileId: file.id } })

  const thumbnail = computed(() => local.value || (stored.value?.links?.thumbnail ?? ''))
  /** Where all of it can be had now: links of the server are good for minutes. */
  async function whole(): Promise<string> {
    if (local.value) return local.value
    const expiresAt = stored.value?.links?.expiresAt
    if (!expiresAt || Date.parse(expiresAt) <= Date.now()) stored.value = await lookUp()
    return stored.value?.links?.content ?? ''
  }
  return { state, problem, isPicture, thumbnail, whole, send }
}
