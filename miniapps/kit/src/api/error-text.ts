import { shallowRef } from 'vue'
import { ProblemError, UnreachableError } from '@kangbao/shared/contracts/client.ts'
import type { Locale } from '@kangbao/shared/locale.ts'

type Words = typeof import('@kangbao/shared/errors/messages.ts')

const unreachable: Readonly<Record<Locale, string>> = {
  'zh-CN': '网络不太通畅，请检查网络后重试',
  en: 'No connection. Check the network and try again.',
}
const failed: Readonly<Record<Locale, string>> = {
  'zh-CN': '操作没有成功，请稍后再试',
  en: 'That did not work. Please try again later.',
}

const words = shallowRef<Words | null>(null)
let underWay: Promise<void> | undefined

/** The catalogue's texts weigh more than what a page says of itself: they come when the first view stands. */
export function loadErrorTexts(): Promise<void> {
  underWay ??= import('@kangbao/shared/errors/messages.ts').then(
    (loaded) => void (words.value = loaded),
    () => void (underWay = undefined), // the next error asks again
  )
  return underWay
}

/** What to tell the person about anything that was thrown; on a screen it becomes exact when the texts have come. */
export function errorText(error: unknown, locale: Locale): string {
  if (error instanceof UnreachableError) return unreachable[locale]
  if (!words.value) void loadErrorTexts()
  const code = error instanceof ProblemError ? error.problem.code : 'server.failed'
  return words.value?.errorMessage(code, locale) ?? failed[locale]
}

/** The catalogue code of a refusal, or null when something else went wrong. */
export function problemCode(error: unknown): string | null {
  return error instanceof ProblemError ? error.problem.code : null
}

/** Whether the same call may succeed later without anybody changing anything. */
export function mayPass(error: unknown): boolean {
  if (error instanceof UnreachableError) return true
  if (!(error instanceof ProblemError)) return false
  // What answers in the server's place, a proxy or a hotel's log-in page, says nothing final.
  const { code, status } = error.problem
  return code === 'server.failed' || status >= 500 || status === 429
}

/** Number the person can read to whoever helps. */
export function requestIdOf(error: unknown): string | null {
  return error instanceof ProblemError && error.problem.requestId ? error.problem.requestId : null
}
