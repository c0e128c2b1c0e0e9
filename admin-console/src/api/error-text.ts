import { ProblemError, UnreachableError } from '@kangbao/shared/contracts/client.ts'
import { errorMessage, isPassing } from '@kangbao/shared/errors/messages.ts'
import type { Locale } from '@kangbao/shared/locale.ts'

const unreachable: Readonly<Record<Locale, string>> = {
  'zh-CN': '连接不上服务器，请检查网络后重试',
  en: 'The server cannot be reached. Check the network and try again.',
}

/** What to tell the person about anything that was thrown. */
export function errorText(error: unknown, locale: Locale): string {
  if (error instanceof UnreachableError) return unreachable[locale]
  return errorMessage(error instanceof ProblemError ? error.problem.code : 'server.failed', locale)
}

/** The catalogue code of a refusal, or null when something else went wrong. */
export function problemCode(error: unknown): string | null {
  return error instanceof ProblemError ? error.problem.code : null
}

/** Whether the same call may succeed later without anybody changing anything. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return true
  return isPassing(error.problem.code)
}

/** Number the person can read to whoever helps. */
export function requestIdOf(error: unknown): string | null {
  return error instanceof ProblemError && error.problem.requestId ? error.problem.requestId : null
}
